// Durations: seconds where users write them (as in PySpark), whole milliseconds inside. Pure functions.
import { UsageError } from '../errors.js';

/** Seconds to milliseconds; refuses what is no positive number. `what` names the argument. */
export function durationMs(seconds: number, what: string): number {
  const ms = Math.round(Number(seconds) * 1000);
  if (Number.isFinite(ms) && ms >= 1) return ms;
  throw new UsageError(
    'STREAM-101',
    `${what} is ${String(seconds)}, but it must be a positive number of seconds, such as 1 or 0.25.`,
  );
}

/** As durationMs, and it must be a multiple of the stream's slide. */
export function multipleOfSlideMs(seconds: number, what: string, slideMs: number): number {
  const ms = durationMs(seconds, what);
  if (ms % slideMs === 0) return ms;
  throw new UsageError(
    'STREAM-101',
    `${what} is ${seconds} s, but it must be a multiple of the stream's slide (batch) duration, ` +
      `${slideMs / 1000} s, because a window is made of whole batches.`,
  );
}

/** `Time:` as PySpark prints it: local time, microseconds only where there are any. */
export function batchTimeText(timeMs: number): string {
  const date = new Date(timeMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const ms = date.getMilliseconds();
  return ms === 0 ? `${day} ${time}` : `${day} ${time}.${String(ms).padStart(3, '0')}000`;
}
