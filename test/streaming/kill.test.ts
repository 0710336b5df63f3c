// Programs that are killed at random instants; `scripts/check-kill.mjs` does the same for longer. Kafka's is in
// kafka.test.ts, which has a broker.
import { describe, expect, it } from 'vitest';
import { dist, expectExactly, killRun, receiverSource } from './kill-run.js';

const seed = 20261122;

describe('a program that is killed again and again', () => {
  it('counts every word of its files once, and repeats batches only with the same contents', async () => {
    // Four lives of six files with each word a hundred times.
    expectExactly(await killRun({ dist, kills: 3, seed }), 2400);
  }, 120_000);

  it('counts what its receiver logged and what comes after that once', async () => {
    const open = () => receiverSource(true);
    expectExactly(await killRun({ dist, kills: 2, seed, open }), 1800);
  }, 120_000);

  it('counts what a receiver brings again once, even without a log', async () => {
    const open = () => receiverSource(false);
    const { last, output } = await killRun({ dist, kills: 2, seed, open });
    expect(last.counts).toEqual([
      ['be', [1800, 1800]],
      ['or', [1800, 1800]],
      ['to', [1800, 1800]],
    ]);
    // At least once: what came after the checkpoint is received again, in other batches.
    for (const word of ['be', 'or', 'to']) expect(output[word]).toBeGreaterThanOrEqual(1800);
  }, 120_000);
});
