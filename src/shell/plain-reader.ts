// Reads cells where nothing may be drawn (`TERM=dumb`): whole lines, a prompt before each, no editing of our own.
import { createInterface, type Interface } from 'node:readline';
import type { CellInput, CellReader } from './editor/cell-reader.js';
import type { Prompts } from './editor/layout.js';
import { scan } from './editor/scan.js';
import type { Terminal } from './terminal.js';

export interface PlainReaderOptions {
  readonly input: NodeJS.ReadableStream;
  readonly terminal: Terminal;
  readonly prompts: Prompts;
}

export class PlainReader implements CellReader {
  readonly #options: PlainReaderOptions;
  readonly #lines: Interface;
  readonly #waiting: string[] = [];
  #wanted: ((line: string | null) => void) | null = null;
  #isEnded = false;

  constructor(options: PlainReaderOptions) {
    this.#options = options;
    this.#lines = createInterface({ input: options.input, terminal: false });
    this.#lines.on('line', (line) => this.#deliver(line));
    this.#lines.on('close', () => {
      this.#isEnded = true;
      this.#wanted?.(null);
      this.#wanted = null;
    });
  }

  async read(unfinished?: string): Promise<CellInput> {
    const { terminal, prompts } = this.#options;
    let text = unfinished === undefined ? '' : `${unfinished}\n`;
    terminal.write(text === '' ? prompts.first : prompts.next);
    for (;;) {
      const line = await this.#line();
      if (line === null) {
        terminal.write('\n');
        return { kind: 'end' };
      }
      text += line;
      if (!scan(text).isOpen) return { kind: 'cell', text, wasPasted: false };
      text += '\n';
      terminal.write(prompts.next);
    }
  }

  setRaw(): void {}

  close(): void {
    this.#lines.close();
  }

  #line(): Promise<string | null> {
    const next = this.#waiting.shift();
    if (next !== undefined) return Promise.resolve(next);
    if (this.#isEnded) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#wanted = resolve;
    });
  }

  #deliver(line: string): void {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted === null) this.#waiting.push(line);
    else wanted(line);
  }
}
