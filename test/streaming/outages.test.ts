import { describe, expect, it } from 'vitest';
import { ManualClock } from '#dist/streaming/clock.js';
import type { InputRun } from '#dist/streaming/input.js';
import { Outages } from '#dist/streaming/outages.js';

describe('an outage', () => {
  it('tells each kind of trouble once, tries again with growing pauses, and tells its end', () => {
    const clock = new ManualClock();
    const told: (string | null)[] = [];
    const run = {
      clock,
      streamId: 7,
      emit: (event: { readonly message: string | null }) => told.push(event.message),
    };
    const outages = new Outages(run as unknown as InputRun, 'source');
    const attempts: number[] = [];
    const tries = ['cut off', 'nobody listens', 'no topic', 'nobody listens'];
    const fail = (): void => {
      attempts.push(clock.nowMs());
      const why = tries.shift();
      if (why === 'no topic') outages.failed(why, fail, 'topic');
      else if (why !== undefined) outages.failed(why, fail);
      else outages.isBack('it is back');
    };
    outages.began();
    fail();
    clock.advance(10_000);
    expect(attempts).toEqual([0, 250, 750, 1750, 3750]);
    expect(told).toEqual([null, 'cut off', 'no topic', 'it is back']);
    outages.stop();
    outages.failed('too late', fail);
    expect(told).toEqual([null, 'cut off', 'no topic', 'it is back', null]);
  });
});
