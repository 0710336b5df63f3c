// Rows as a table that fits the terminal: cli-table3 draws it, this file decides the widths.
import { cutText, textWidth } from '../text-width.js';
import type { Rows } from './rows.js';
import { cellText } from './value-text.js';

/** Below this a column shows nothing worth reading. */
const MIN_WIDTH = 4;
/** A border and a blank on either side of each cell. */
const FRAME_PER_COLUMN = 3;

export interface Table {
  readonly text: string;
  /** Columns that did not fit. */
  readonly hiddenColumns: number;
}

export interface TableSpace {
  columns(): number;
  readonly drawsBoxes?: boolean;
}

/** Nothing but blanks between the columns, and a line each. */
const NO_BOXES = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'],
    ...['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((name) => [name, '']),
);

export async function tableText(rows: Rows, space: TableSpace): Promise<Table> {
  const columns = space.columns();
  const total = rows.cells[0]?.length ?? 0;
  const fitting = Math.max(Math.floor((columns - 1) / (MIN_WIDTH + FRAME_PER_COLUMN)), 1);
  const shown = Math.min(total, fitting);
  const body = rows.cells.map((row) => row.slice(0, shown).map(cellText));
  const head = rows.head?.slice(0, shown) ?? null;
  const widths = fitWidths(
    naturalWidths(body, head, shown),
    columns - 1 - shown * FRAME_PER_COLUMN,
  );
  const { default: CliTable } = await import('cli-table3');
  const table = new CliTable({
    ...(head === null ? {} : { head: head.map((name, i) => cutText(name, widths[i]!)) }),
    colAligns: widths.map((_, i) => (isNumeric(rows, i) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
    ...(space.drawsBoxes === false ? { chars: NO_BOXES } : {}),
  });
  for (const row of body) table.push(row.map((text, i) => cutText(text, widths[i]!)));
  return { text: table.toString(), hiddenColumns: total - shown };
}

function naturalWidths(
  body: readonly string[][],
  head: readonly string[] | null,
  count: number,
): number[] {
  return Array.from({ length: count }, (_, i) =>
    Math.max(textWidth(head?.[i] ?? ''), ...body.map((row) => textWidth(row[i]!)), 1),
  );
}

/** Takes from the widest columns first until all fit. */
export function fitWidths(natural: readonly number[], available: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= MIN_WIDTH) break;
    const next = Math.max(MIN_WIDTH, ...widths.filter((width) => width < widest));
    const at = widths.flatMap((width, i) => (width === widest ? [i] : []));
    const cut = Math.min(widest - next, Math.max(Math.ceil(excess / at.length), 1));
    for (const i of at) {
      const taken = Math.min(cut, excess);
      widths[i] = widest - taken;
      excess -= taken;
    }
  }
  return widths;
}

function isNumeric(rows: Rows, column: number): boolean {
  let hasNumber = false;
  for (const row of rows.cells) {
    const value = row[column];
    if (typeof value === 'number' || typeof value === 'bigint') hasNumber = true;
    else if (value !== null && value !== undefined) return false;
  }
  return hasNumber;
}
