// How completions are put into the text and listed. Pure.
import { textWidth } from '../text-width.js';

const MAX_LISTED = 100;

export function commonPrefix(words: readonly string[]): string {
  let prefix = words[0] ?? '';
  for (const word of words) {
    while (!word.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  return prefix;
}

/** The words in columns, read downwards, as wide as the terminal allows. */
export function listing(words: readonly string[], columns: number): string {
  const shown = words.slice(0, MAX_LISTED);
  const width = Math.max(...shown.map(textWidth)) + 2;
  const perLine = Math.max(Math.floor(columns / width), 1);
  const height = Math.ceil(shown.length / perLine);
  const lines = Array.from({ length: height }, (_, row) =>
    Array.from({ length: perLine }, (_, column) => shown[column * height + row] ?? '')
      .map((word) => word + ' '.repeat(width - textWidth(word)))
      .join('')
      .trimEnd(),
  );
  const left = words.length - shown.length;
  return left > 0 ? `${lines.join('\n')}\n… ${left} more` : lines.join('\n');
}
