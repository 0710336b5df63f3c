// Writes pairs as lines of key, separator and value, as Hadoop's TextOutputFormat. Runs in workers.
import type { TaskWriter } from './part-file.js';
import { pairOf, writableText } from './writables.js';

/** What is null is left out, with the separator; a pair of nulls is no line. */
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
    const pair = pairOf(record);
    const key = writableText(pair[0]);
    const value = writableText(pair[1]);
    if (key !== null && value !== null) this.#lines.write(key + this.#separator + value);
    else if (key !== null || value !== null) this.#lines.write(key ?? value);
  }

  commit(): void {
    this.#lines.commit();
  }

  abort(): void {
    this.#lines.abort();
  }
}
