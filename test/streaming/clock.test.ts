import { describe, expect, it } from 'vitest';
import { ManualClock, SystemClock } from '#dist/streaming/clock.js';

describe('ManualClock', () => {
  it('calls back in order of time, whatever the order of asking', () => {
    const clock = new ManualClock(1000);
    const calls: string[] = [];
    clock.callAt(1300, () => calls.push(`c at ${clock.nowMs()}`));
    clock.callAt(1100, () => calls.push(`a at ${clock.nowMs()}`));
    clock.callAt(1200, () => calls.push(`b at ${clock.nowMs()}`));
    clock.advance(250);
    expect(calls).toEqual(['a at 1100', 'b at 1200']);
    expect(clock.nowMs()).toBe(1250);
  });

  it('makes calls that are asked for during a call, if they fall due', () => {
    const clock = new ManualClock();
    const times: number[] = [];
    const every = (atMs: number): void => {
      clock.callAt(atMs, () => {
        times.push(clock.nowMs());
        every(atMs + 10);
      });
    };
    every(10);
    clock.advance(35);
    expect(times).toEqual([10, 20, 30]);
  });

  it('does not make a call that was called off', () => {
    const clock = new ManualClock();
    let calls = 0;
    const cancel = clock.callAt(10, () => calls++);
    cancel();
    clock.advance(20);
    expect(calls).toBe(0);
  });
});

describe('SystemClock', () => {
  it('never calls before the time', async () => {
    const clock = new SystemClock();
    const atMs = clock.nowMs() + 5;
    const calledMs = await new Promise<number>((resolve) => {
      // Its timers do not keep a process alive; this one does.
      const alive = setInterval(() => {}, 1000);
      clock.callAt(atMs, () => {
        clearInterval(alive);
        resolve(clock.nowMs());
      });
    });
    expect(calledMs).toBeGreaterThanOrEqual(atMs);
  });
});
