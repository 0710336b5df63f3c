// A line editor on a screen in memory, with answers for completion and signatures that a test decides on.
import type { CellInput } from '#dist/shell/editor/cell-reader.js';
import type { KnownWords } from '#dist/shell/editor/colours.js';
import type { Candidate, Completer, Completion } from '#dist/shell/editor/completion.js';
import { History } from '#dist/shell/editor/history.js';
import type { SignatureAsker } from '#dist/shell/editor/signature-hint.js';
import { LineEditor } from '#dist/shell/line-editor.js';
import { Terminal } from '#dist/shell/terminal.js';
import { Keyboard } from './keyboard.js';
import { Screen } from './screen.js';

export interface FakeEditorOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly complete?: Completer;
  readonly signature?: SignatureAsker;
  readonly known?: KnownWords;
}

export class FakeEditor {
  readonly screen: Screen;
  readonly keyboard = new Keyboard();
  readonly terminal: Terminal;
  readonly history = new History(null);
  readonly editor: LineEditor;

  constructor(options: FakeEditorOptions = {}) {
    this.screen = new Screen(options.columns ?? 40, options.rows ?? 16);
    this.terminal = new Terminal({ out: this.screen, err: this.screen, canErase: true });
    this.editor = new LineEditor({
      input: this.keyboard,
      terminal: this.terminal,
      history: this.history,
      prompts: { first: '>>> ', next: '... ' },
      complete: options.complete ?? null,
      signature: options.signature ?? null,
      known: options.known ?? null,
      onInterrupt: () => {},
    });
  }

  /** Presses keys at a new prompt and gives the cell they end in. */
  async cellOf(...keys: string[]): Promise<CellInput> {
    const read = this.editor.read();
    await this.keyboard.press(...keys);
    return read;
  }

  /** The terminal becomes another size, as the shell sees it. */
  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows);
    this.terminal.resized();
    this.editor.redraw();
  }

  close(): void {
    this.editor.close();
    this.terminal.close();
  }
}

/** Completes the word before the cursor to one of the names; each describes itself. */
export function completerOf(names: readonly string[]): Completer {
  return async (text, cursor): Promise<Completion> => {
    const word = /\w*$/.exec(text.slice(0, cursor))![0];
    const candidates = names.filter((name) => name.startsWith(word)).map(candidateOf);
    return { start: cursor - word.length, candidates };
  };
}

function candidateOf(name: string): Candidate {
  return {
    insert: name,
    label: name,
    kind: 'method',
    describe: async () => ({ signature: `${name}(): number`, summary: `Does ${name}.` }),
  };
}
