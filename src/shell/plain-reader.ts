// Reads cells where nothing may be drawn twice (`--plain`, `TERM=dumb`): whole lines, edited by the terminal itself, a
// prompt before each. A line that ends in a tab asks for completions, which are printed as lines.
import { createInterface, type Interface } from 'node:readline';
import type { CellInput, CellReader } from './editor/cell-reader.js';
import { commonPrefix, type Completer } from './editor/completion.js';
import type { Prompts } from './editor/layout.js';
import { scan } from './editor/scan.js';
import type { Terminal } from './terminal.js';

export interface PlainReaderOptions {
  readonly input: NodeJS.ReadableStream;
  readonly terminal: Terminal;
  readonly prompts: Prompts;
  readonly complete: Completer | null;
}

const MAX_LISTED = 50;

export class PlainReader implements CellReader {
  readonly #options: PlainReaderOptions;
  readonly #lines: Interface;
  readonly #waiting: string[] = [];
  #wanted: ((line: string | null) => void) | null = null;
  /** What is printed before the cursor and belongs to the cell. */
  #text = '';
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
    this.#text = unfinished === undefined ? '' : `${unfinished}\n`;
    this.#prompt();
    for (;;) {
      const line = await this.#line();
      if (line === null) {
        this.#options.terminal.standPrompt(null);
        this.#options.terminal.write('\n');
        return { kind: 'end' };
      }
      this.#text += line;
      if (line.endsWith('\t')) {
        this.#text = await this.#completed(this.#text.trimEnd());
      } else {
        const text = this.#text;
        if (!scan(text).isOpen) return { kind: 'cell', text, wasPasted: false };
        this.#text += '\n';
      }
      this.#prompt();
    }
  }

  /** Ctrl-C where no cell runs: what is typed is dropped. */
  drop(): void {
    if (this.#wanted === null) return;
    this.#text = '';
    this.#options.terminal.standPrompt(null);
    this.#options.terminal.write('\n');
    this.#prompt();
  }

  setRaw(): void {}

  close(): void {
    this.#lines.close();
  }

  /** The prompt, and what of the line is there already. */
  #prompt(): void {
    const { terminal, prompts } = this.#options;
    const lineStart = this.#text.lastIndexOf('\n') + 1;
    terminal.standPrompt(
      (lineStart === 0 ? prompts.first : prompts.next) + this.#text.slice(lineStart),
    );
  }

  /** Lists what the text can be completed to, and answers it with what all of that shares. */
  async #completed(text: string): Promise<string> {
    const { complete, terminal } = this.#options;
    const found = (await complete?.(text, text.length).catch(() => null)) ?? null;
    const typed = text.slice(found?.start ?? text.length);
    const candidates = (found?.candidates ?? []).filter(({ insert }) => insert.startsWith(typed));
    if (found === null || candidates.length === 0) {
      terminal.line('no completions');
      return text;
    }
    if (candidates.length > 1) {
      for (const { label, kind } of candidates.slice(0, MAX_LISTED))
        terminal.line(kind === '' ? label : `${label}, ${kind}`);
      const left = candidates.length - MAX_LISTED;
      if (left > 0) terminal.line(`and ${left} more`);
    }
    return text.slice(0, found.start) + commonPrefix(candidates.map(({ insert }) => insert));
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
    this.#options.terminal.standPrompt(null);
    if (wanted === null) this.#waiting.push(line);
    else wanted(line);
  }
}
