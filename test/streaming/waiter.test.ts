import { describe, expect, it } from 'vitest';
import { ManualClock } from '#dist/streaming/clock.js';
import { TerminationWaiter } from '#dist/streaming/waiter.js';

describe('TerminationWaiter', () => {
  it('tells everybody who waits that the stream stopped', async () => {
    const waiter = new TerminationWaiter(new ManualClock());
    const waits = Promise.all([waiter.wait(null), waiter.wait(null)]);
    waiter.stopped();
    expect(await waits).toEqual([true, true]);
    expect(await waiter.wait(null)).toBe(true);
  });

  it('gives up after the time with false', async () => {
    const clock = new ManualClock();
    const wait = new TerminationWaiter(clock).wait(500);
    clock.advance(500);
    expect(await wait).toBe(false);
  });

  it('tells what a batch threw to whoever waits', async () => {
    const waiter = new TerminationWaiter(new ManualClock());
    const wait = waiter.wait(null);
    waiter.fail(new Error('no such column'));
    await expect(wait).rejects.toThrow('no such column');
  });

  it('keeps a failure for the next who waits, and tells it once', async () => {
    const waiter = new TerminationWaiter(new ManualClock());
    waiter.fail(new Error('first'));
    waiter.fail(new Error('second'));
    await expect(waiter.wait(null)).rejects.toThrow('first');
    const wait = waiter.wait(null);
    waiter.stopped();
    expect(await wait).toBe(true);
  });

  it('lets a wait be given up', async () => {
    const waiter = new TerminationWaiter(new ManualClock());
    const abandon = new AbortController();
    const wait = waiter.wait(null, abandon.signal);
    const other = waiter.wait(null);
    abandon.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
    waiter.stopped();
    expect(await other).toBe(true);
  });
});
