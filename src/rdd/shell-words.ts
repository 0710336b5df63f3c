// Splits a command into words as a POSIX shell would, without running anything. Pure.
import { UsageError } from '../errors.js';

/** Words are separated by blanks; quotes and backslashes keep them together. Nothing is expanded. */
export function splitCommand(command: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let i = 0; i < command.length; i++) {
    const char = command[i]!;
    if (quote !== null) {
      if (char === quote) quote = null;
      else if (char === '\\' && quote === '"' && /["\\]/.test(command[i + 1] ?? ''))
        word += command[++i]!;
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (char === '\\' && i + 1 < command.length) {
      word = (word ?? '') + command[++i]!;
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== null) {
    throw new UsageError(
      'RDD-101',
      `The command ${JSON.stringify(command)} has a quote ${quote} that is not closed.`,
    );
  }
  if (word !== null) words.push(word);
  return words;
}
