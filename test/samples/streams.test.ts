// The samples of streams as a user starts them, each with the source it starts itself; all at the same time.
import { beforeAll, describe, expect, it } from 'vitest';
import { type SampleRun, startSample } from './run-sample.js';

/** Longer than any machine needs: a sample is ended when its output has what is looked for. */
const SECONDS = '100';

const WANTED: Record<string, RegExp> = {
  'routes.ts': /car-\d drove 0\.\d km by \d+ points/,
  'bank.ts': /\/transfer \d+ of \d+ failed/,
  'anomalies.ts': /sensor-\d: 3\d\.\d is \d+ deviations from (19|20)\.\d/,
  'running-statistics.ts': /\/login: \d+ requests, \d\d to 1?\d\d ms, mean \d\d\.\d ms/,
  'trending.ts': /^spark +█{30} \d+$/m,
};

describe('samples of streams', () => {
  const runs = new Map<string, SampleRun>();
  const outputOf = (name: string): string => {
    const { stdout = '', stderr } = runs.get(name) ?? {};
    expect(stderr).toBe('');
    return stdout;
  };

  beforeAll(async () => {
    const started = Object.entries(WANTED).map(async ([name, wanted]) => {
      runs.set(name, await startSample(name, [SECONDS], wanted));
    });
    const tracking = startSample('error-tracking.ts', ['5']);
    await Promise.all(started);
    runs.set('error-tracking.ts', await tracking);
  }, 130_000);

  it.each([
    ['join positions of cars to routes that end', 'routes.ts'],
    ['count the failing requests of a bank over a window', 'bank.ts'],
    ['find values that are far off', 'anomalies.ts'],
    ['keep statistics per key since the start', 'running-statistics.ts'],
    ['draw what is said most', 'trending.ts'],
  ])('%s', (_, name) => {
    expect(outputOf(name)).toMatch(WANTED[name]!);
  });

  it('tell a bank of failures only when they are unusual, and values of a sensor only when they are far off', () => {
    expect(outputOf('bank.ts')).not.toContain('ALERT');
    expect(outputOf('anomalies.ts')).not.toMatch(/: 2\d\.\d is/);
  });

  it('track the errors of a cluster, and end when they have run as long as they were told', () => {
    expect(outputOf('error-tracking.ts')).toMatch(/worst so far: /);
    expect(runs.get('error-tracking.ts')?.status).toBe(0);
  });
});
