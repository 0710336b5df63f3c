// Draws the search through the history in the place of the prompt. Pure.
import type { Frame } from '../frame.js';
import type { HistorySearch } from './history-search.js';
import { layout, type StyleMap } from './layout.js';

const FOUND = '\x1b[1;4m';
const NOT_FOUND = '\x1b[22;24m';

export function searchFrame(
  search: HistorySearch,
  next: string,
  columns: number,
  hasColour: boolean,
): Frame {
  const found = search.found ?? '';
  const what = search.isFailing ? 'no more' : 'search';
  const first = `(${what} \`${search.query}\`) `;
  const from = search.foundAt;
  const to = from + search.query.length;
  const styles: StyleMap | null =
    hasColour && found !== '' && to > from
      ? new Map([
          [from, FOUND],
          [to, NOT_FOUND],
        ])
      : null;
  return layout(
    { first, next },
    found,
    found === '' ? 0 : Math.min(to, found.length),
    columns,
    styles,
  );
}
