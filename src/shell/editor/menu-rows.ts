// Draws the menu of completions as rows below the input. Pure.
import { cutText, textWidth, wrapWords } from '../text-width.js';
import type { Candidate, CandidateDetail } from './completion.js';
import type { Menu } from './menu.js';
import { dim, inverse, onOneLine } from './pens.js';

export const MENU_HEIGHT = 8;
/** Rows that the signature and the sentence may take each. */
const DETAIL_ROWS = 2;
const MAX_LABEL = 40;

export interface MenuView {
  readonly columns: number;
  /** Rows there are for it at most. */
  readonly maxRows: number;
  readonly hasColour: boolean;
  /** What is known of the selected candidate. */
  readonly detail: CandidateDetail | null;
}

export function menuRows(menu: Menu, view: MenuView): string[] {
  const details = detailRows(menu, view);
  const height = Math.max(Math.min(MENU_HEIGHT, view.maxRows - details.length), 1);
  const first = menu.firstSeen(height);
  const seen = menu.candidates.slice(first, first + height);
  const width = Math.min(
    Math.max(...seen.map(({ label }) => textWidth(label))),
    MAX_LABEL,
    view.columns - 3,
  );
  const rows = seen.map((candidate, i) =>
    candidateRow(candidate, first + i === menu.selectedIndex, width, view),
  );
  return [...rows, ...details].slice(0, Math.max(view.maxRows, 1));
}

function candidateRow(
  { label, kind }: Candidate,
  isSelected: boolean,
  width: number,
  { columns, hasColour }: MenuView,
): string {
  const mark = isSelected ? '>' : ' ';
  const name = `${mark} ${padded(cutText(onOneLine(label), width), width)} `;
  const room = columns - 1 - textWidth(name) - 1;
  const about = room < kind.length ? '' : ` ${kind}`;
  return (isSelected ? inverse(name, hasColour) : name) + dim(about, hasColour);
}

/** The place in the list and the signature, then the first sentence of the documentation. */
function detailRows(menu: Menu, { columns, hasColour, detail, maxRows }: MenuView): string[] {
  const count = `${menu.selectedIndex + 1}/${menu.candidates.length}`;
  const lines = [`${count}  ${detail?.signature ?? ''}`.trimEnd()];
  if (detail !== null && detail.summary !== '') lines.push(detail.summary);
  // On a low screen the entries come first.
  const height = maxRows < MENU_HEIGHT ? 1 : DETAIL_ROWS;
  const rows = lines.flatMap((line) => wrappedRows(line, columns - 1, height));
  return rows.map((row) => dim(row, hasColour));
}

/** At most `height` rows, the last one cut. */
function wrappedRows(text: string, columns: number, height: number): string[] {
  const rows = wrapWords(onOneLine(text), columns).split('\n');
  const kept = rows.slice(0, height - 1);
  const last = rows.slice(height - 1).join(' ');
  return [...kept, ...(last === '' ? [] : [last])].map((row) => cutText(row, columns));
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(width - textWidth(text), 0));
}
