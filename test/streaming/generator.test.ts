import { describe, expect, it } from 'vitest';
import { ManualClock } from '#dist/streaming/clock.js';
import { BatchGenerator } from '#dist/streaming/generator.js';

function startAt(nowMs: number, batchMs: number) {
  const clock = new ManualClock(nowMs);
  const edges: number[] = [];
  const skips: number[] = [];
  const generator = new BatchGenerator(clock, batchMs, {
    edge: (timeMs, skipped) => {
      edges.push(timeMs);
      skips.push(skipped);
    },
  });
  const zeroMs = generator.start();
  return { clock, edges, skips, generator, zeroMs };
}

describe('BatchGenerator', () => {
  it('calls at multiples of the batch duration since the epoch', () => {
    const { clock, edges, zeroMs } = startAt(10_300, 250);
    expect(zeroMs).toBe(10_250);
    clock.advance(700);
    expect(edges).toEqual([10_500, 10_750, 11_000]);
  });

  it('waits a whole batch when it starts on an edge', () => {
    const { clock, edges, zeroMs } = startAt(10_000, 1000);
    expect(zeroMs).toBe(10_000);
    clock.advance(999);
    expect(edges).toEqual([]);
    clock.advance(1);
    expect(edges).toEqual([11_000]);
  });

  it('calls no more after a stop', () => {
    const { clock, edges, generator } = startAt(0, 100);
    clock.advance(200);
    generator.stop();
    clock.advance(1000);
    expect(edges).toEqual([100, 200]);
  });

  it('catches up with a few edges that were missed and leaves out many', () => {
    class SleepyClock extends ManualClock {
      offsetMs = 0;
      override nowMs(): number {
        return super.nowMs() + this.offsetMs;
      }
    }
    const clock = new SleepyClock(0);
    const seen: [number, number][] = [];
    const generator = new BatchGenerator(clock, 100, {
      edge: (timeMs, skipped) => seen.push([timeMs, skipped]),
    });
    generator.start();
    clock.offsetMs = 1000;
    clock.advance(200);
    clock.offsetMs = 10_000;
    clock.advance(100);
    expect(seen).toEqual([
      [100, 0],
      [200, 0],
      [10_300, 100],
    ]);
  });
});
