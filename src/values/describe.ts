// How a value is named in an error message: short, on one line, never failing. Runs on every thread.
import { inspect } from 'node:util';

/** The value as a person would write it, cut to `limit` characters. */
export function describeValue(value: unknown, limit = 60): string {
  const text = inspectSafely(value, limit).replace(/\s+/g, ' ');
  return text.length <= limit ? text : text.slice(0, limit - 1) + '…';
}

function inspectSafely(value: unknown, limit: number): string {
  try {
    return inspect(value, {
      depth: 2,
      maxArrayLength: 8,
      maxStringLength: limit,
      breakLength: Number.POSITIVE_INFINITY,
      customInspect: false,
    });
  } catch {
    return `a value of type ${typeof value}`;
  }
}
