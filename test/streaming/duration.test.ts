import { describe, expect, it } from 'vitest';
import { batchTimeText, durationMs, multipleOfSlideMs } from '#dist/streaming/duration.js';

describe('durations', () => {
  it('are seconds outside and whole milliseconds inside', () => {
    expect(durationMs(1, 'x')).toBe(1000);
    expect(durationMs(0.25, 'x')).toBe(250);
    expect(durationMs(0.1 + 0.2, 'x')).toBe(300);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('cannot be %d', (seconds) => {
    expect(() => durationMs(seconds, 'batchDuration')).toThrow(
      /\[STREAM-101\] batchDuration is .* positive number of seconds/,
    );
  });

  it('of windows are multiples of the slide', () => {
    expect(multipleOfSlideMs(1.5, 'windowDuration', 500)).toBe(1500);
    expect(() => multipleOfSlideMs(0.3, 'slideDuration', 500)).toThrow(
      "slideDuration is 0.3 s, but it must be a multiple of the stream's slide (batch) duration, 0.5 s",
    );
  });
});

describe('the time of a batch', () => {
  it('is printed as PySpark prints it, with microseconds only where there are any', () => {
    expect(batchTimeText(new Date(2026, 10, 22, 10, 0, 1).getTime())).toBe('2026-11-22 10:00:01');
    expect(batchTimeText(new Date(2026, 0, 2, 3, 4, 5, 250).getTime())).toBe(
      '2026-01-02 03:04:05.250000',
    );
  });
});
