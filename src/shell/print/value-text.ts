// One value as text: on one line inside a table, over several lines alone. Never throws, whatever the value does.
import { type InspectOptions, inspect } from 'node:util';
import { stripEscapes } from '../text-width.js';

/** Strings above this many characters are cut by inspect. */
const MAX_STRING = 10_000;

/** Calls inside Node and tspark: of no use in the stack of an error that is printed as a value. */
const INNER_CALL = /^\s*at .*(?:node:|evalmachine|\/dist[^/]*\/(?:shell|rdd|scheduler)\/)/;
/** A Map whose keys compare by value is a Map to the user. */
const OWN_MAP = /\bValueKeyedMap\((\d+)\) \[Map\]/g;

/** Over as many lines as it needs, at most `columns` wide where it can be. */
export function blockText(value: unknown, columns: number, hasColour: boolean): string {
  return guarded(() =>
    plain(value, {
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
    plain(value, {
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

function plain(value: unknown, options: InspectOptions): string {
  const text = inspect(value, options).replace(OWN_MAP, 'Map($1)');
  if (!text.includes(' at ')) return text;
  const lines = text.split('\n').filter((line) => !INNER_CALL.test(stripEscapes(line)));
  return lines.join('\n');
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
