// Writes pairs as lines of key, separator and value, as Hadoop's TextOutputFormat. Runs in workers.
import type { TaskWriter } from './part-file.js';
import { pairOf, writableText } from './writables.js';

/** The line of a pair: what is null is left out, with the separator; null for a pair of nulls, which is no line. */
export function pairLine(record: unknown, separator: string): string | null {
  const pair = pairOf(record);
  const key = writableText(pair[0]);
  const value = writableText(pair[1]);
  return key !== null && value !== null ? key + separator + value : (key ?? value);
}

export class LinePairWriter implements TaskWriter {
  readonly #lines: TaskWriter;
  readonly #separator: string;

  constructor(lines: TaskWriter, separator: string) {
    this.#lines = lines;
    this.#separator = separator;
  }

  get bytesWritten(): number {
    return this.#lines.bytesWritten;
  }

  get recordsWritten(): number {
    return this.#lines.recordsWritten;
  }

  write(record: unknown): void {
    const line = pairLine(record, this.#separator);
    if (line !== null) this.#lines.write(line);
  }

  commit(): void {
    this.#lines.commit();
  }

  abort(): void {
    this.#lines.abort();
  }
}
