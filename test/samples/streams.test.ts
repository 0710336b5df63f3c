// The samples of streams as a user starts them, each with the source it starts itself; all at the same time.
import { beforeAll, describe, expect, it } from 'vitest';
import { type SampleRun, startSample } from './run-sample.js';

const SECONDS: Record<string, number> = {
  'routes.ts': 12,
  'bank.ts': 7,
  'anomalies.ts': 6,
  'running-statistics.ts': 5,
  'trending.ts': 5,
  'error-tracking.ts': 5,
};

describe('samples of streams', () => {
  const runs = new Map<string, SampleRun>();
  const outputOf = (name: string): string => {
    const run = runs.get(name);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    return run?.stdout ?? '';
  };

  beforeAll(async () => {
    const started = Object.entries(SECONDS).map(async ([name, seconds]) => {
      runs.set(name, await startSample(name, [String(seconds)]));
    });
    await Promise.all(started);
  }, 120_000);

  it('join positions of cars to routes that end', () => {
    expect(outputOf('routes.ts')).toMatch(/car-\d drove 0\.\d km by \d+ points/);
  });

  it('count the failing requests of a bank over a window', () => {
    expect(outputOf('bank.ts')).toMatch(/\/transfer \d+ of \d+ failed/);
    expect(outputOf('bank.ts')).not.toContain('ALERT');
  });

  it('find values that are far off, and only those', () => {
    expect(outputOf('anomalies.ts')).toMatch(
      /sensor-\d: 3\d\.\d is \d+ deviations from (19|20)\.\d/,
    );
    expect(outputOf('anomalies.ts')).not.toMatch(/: 2\d\.\d is/);
  });

  it('keep statistics per key since the start', () => {
    expect(outputOf('running-statistics.ts')).toMatch(
      /\/login: \d+ requests, \d\d to 1?\d\d ms, mean \d\d\.\d ms/,
    );
  });

  it('draw what is said most', () => {
    expect(outputOf('trending.ts')).toMatch(/^spark +█{30} \d+$/m);
  });

  it('track the errors of a cluster', () => {
    expect(outputOf('error-tracking.ts')).toMatch(/\[ 'org\.apache\.[\w.]+', \d+ \]/);
    expect(outputOf('error-tracking.ts')).toMatch(/worst so far: org\.apache\.[\w.]+ \d+, /);
  });
});
