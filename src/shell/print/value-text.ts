// One value as text: on one line inside a table, over several lines alone. Never throws, whatever the value does.
import { inspect } from 'node:util';

/** Strings above this many characters are cut by inspect. */
const MAX_STRING = 10_000;

/** Over as many lines as it needs, at most `columns` wide where it can be. */
export function blockText(value: unknown, columns: number, hasColour: boolean): string {
  return guarded(() =>
    inspect(value, {
      colors: hasColour,
      depth: 4,
      breakLength: Math.max(columns - 2, 20),
      maxArrayLength: 100,
      maxStringLength: MAX_STRING,
    }),
  );
}

/** On one line without colours; strings bare. */
export function cellText(value: unknown): string {
  if (typeof value === 'string') return visibleControls(value);
  if (value === undefined) return '';
  return guarded(() =>
    inspect(value, {
      breakLength: Number.POSITIVE_INFINITY,
      compact: true,
      depth: 2,
      maxArrayLength: 20,
      maxStringLength: 200,
    }),
  ).replace(/\n\s*/g, ' ');
}

/** A line of text as it is, or quoted where its ends or its characters could not be seen. */
export function lineText(value: string): string {
  const isHard =
    value === '' || value !== value.trim() || /[\x00-\x08\x0a-\x1f\x7f-\x9f]/.test(value);
  return isHard
    ? inspect(value, { breakLength: Number.POSITIVE_INFINITY, maxStringLength: MAX_STRING })
    : value;
}

function visibleControls(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (char) => JSON.stringify(char).slice(1, -1));
}

function guarded(show: () => string): string {
  try {
    return show();
  } catch (error) {
    return `[a value that cannot be shown: ${error instanceof Error ? error.message : 'its own inspection threw'}]`;
  }
}
