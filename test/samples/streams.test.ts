import { describe, expect, it } from 'vitest';
import { runSample } from './run-sample.js';

describe('samples of streams', () => {
  it('join positions of cars to routes that end', () => {
    const { stdout, status } = runSample('routes.ts', ['12']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/car-\d drove \d+\.\d km by \d+ points/);
  });

  it('find values that are far off, and only those', () => {
    const { stdout, status } = runSample('anomalies.ts', ['6']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/sensor-\d: 3\d\.\d is \d+ deviations from (19|20)\.\d/);
    expect(stdout).not.toMatch(/: 2\d\.\d is/);
  });

  it('keep statistics per key since the start', () => {
    const { stdout, status } = runSample('running-statistics.ts', ['4']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\/login: \d+ requests, 20 to 119 ms, mean 69\.\d ms/);
  });

  it('draw what is said most', () => {
    const { stdout, status } = runSample('trending.ts', ['4']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^spark +█{30} \d+$/m);
  });
});
