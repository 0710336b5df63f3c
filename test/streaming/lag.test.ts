import { describe, expect, it } from 'vitest';
import { useBench } from './bench.js';

const open = useBench();

describe('batches that are slower than the stream', () => {
  it('are told once, and once more when they have caught up', async () => {
    const b = open();
    let slow = 2;
    const delays: (number | null)[] = [];
    const output = b.ssc.queueStream([[1, 2], [3]]).foreachRDD(() => {
      delays.push(output.lastDelay);
      // Time passes while the output runs, and batches become due.
      if (slow-- > 0) b.clock.advance(5000);
    });
    b.ssc.start();
    await b.pass(1);
    // The second batch is due a second into the first, and takes five more.
    expect(delays.slice(0, 4)).toEqual([null, 5, 9, 8]);
    expect(output.recordsPerSecond).toBe(0);
    expect(b.eventsOf('notice').map((event) => event.text.slice(0, 25))).toEqual([
      'The streams lag: the last',
      'The streams have caught u',
    ]);
    expect(output.lastDelay).toBe(0);
  });
});
