// What `.trace` prints: all stacks of an error and its causes, with places as the user calls them: the user's text by
// cell or path and line, the program's own files below `tspark/`. Pure.
import { inspect } from 'node:util';
import { fileURLToPath } from 'node:url';
import { USER_SCRIPT_PREFIX } from '../closure/user-frames.js';
import { labelOf } from './place-label.js';

/** Where a place in code that runs stands in the user's text; null where it is none of the user's. */
export type PlaceOf = (
  file: string,
  line: number,
  column: number,
) => { readonly file: string; readonly line: number } | null;

const MAX_CAUSES = 8;
/** The folder that holds `dist` and `node_modules`, with a slash at its end, as V8 may name it. */
const ROOT_URL = new URL('../../', import.meta.url).href;
const ROOTS = [ROOT_URL, fileURLToPath(ROOT_URL)];
/** `at f (file:1:2)`, `at async file:1:2`. */
const FRAME = /^(\s+at (?:async )?(?:.*\()?)([^\s()]+):(\d+):(\d+)(\)?)$/;

export function traceText(error: unknown, placeOf: PlaceOf): string {
  const parts: string[] = [];
  for (let next = error, depth = 0; next !== undefined && depth < MAX_CAUSES; depth++) {
    parts.push(shownStack(stackOf(next), placeOf));
    next = next instanceof Error ? next.cause : undefined;
  }
  return parts.join('\ncaused by ');
}

function stackOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.stack ?? error) : inspect(error);
  } catch {
    return 'an error that cannot be shown';
  }
}

function shownStack(stack: string, placeOf: PlaceOf): string {
  return stack
    .split('\n')
    .map((line) =>
      line.replace(FRAME, (_, before: string, named: string, row, column, after: string) => {
        const file = named.startsWith(USER_SCRIPT_PREFIX)
          ? named.slice(USER_SCRIPT_PREFIX.length)
          : named;
        const place = placeOf(file, Number(row), Number(column));
        const shown =
          place === null
            ? `${shortPath(file)}:${row}:${column}`
            : `${labelOf(place.file)}, line ${place.line}`;
        return `${before}${shown}${after}`;
      }),
    )
    .join('\n');
}

function shortPath(file: string): string {
  const root = ROOTS.find((each) => file.startsWith(each));
  return root === undefined ? labelOf(file) : `tspark/${file.slice(root.length)}`;
}
