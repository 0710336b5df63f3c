// Numbers as bars, one a line, with their labels before and the numbers behind them. Pure.
import { grouped } from '../grouped.js';
import type { Style } from '../style.js';
import { cutText, textWidth } from '../text-width.js';

export interface Bar {
  readonly label: string;
  readonly size: number;
}

/** Eighths of a cell, from none to seven. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const MAX_BAR = 60;

export function barsText(bars: readonly Bar[], style: Style, columns: number): string {
  const labels = bars.map(({ label }) => cutText(label, Math.max(Math.floor(columns / 3), 8)));
  const numbers = bars.map(({ size }) => numberText(size));
  const labelWidth = Math.max(...labels.map(textWidth));
  const numberWidth = Math.max(...numbers.map(textWidth));
  const room = Math.min(Math.max(columns - labelWidth - numberWidth - 5, 5), MAX_BAR);
  const longest = Math.max(...bars.map(({ size }) => size), 0);
  return bars
    .map(({ size }, i) => {
      const label = ' '.repeat(labelWidth - textWidth(labels[i]!)) + labels[i]!;
      const bar = barText(longest === 0 ? 0 : (Math.max(size, 0) / longest) * room);
      return `  ${label} ${style.cyan(bar)}${bar === '' ? '' : ' '}${numbers[i]!}`;
    })
    .join('\n');
}

/** The labels and sizes of what `histogram` gives: bounds, one more than counts. */
export function bucketBars(bounds: readonly number[], counts: readonly number[]): Bar[] {
  return counts.map((size, i) => {
    const end = i === counts.length - 1 ? ']' : ')';
    return { label: `[${numberText(bounds[i]!)}, ${numberText(bounds[i + 1]!)}${end}`, size };
  });
}

function barText(cells: number): string {
  const eighths = Math.round(cells * 8);
  // What is there at all is seen.
  if (eighths === 0) return cells > 0 ? EIGHTHS[1]! : '';
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? grouped(value) : String(Number(value.toPrecision(4)));
}
