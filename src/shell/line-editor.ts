// Reads cells at a terminal: keys decoded by Node's readline, edited as a block, drawn by the terminal's writer.
// Keys typed while a cell runs wait and are applied to the next prompt. Knows nothing of what cells mean.
import { emitKeypressEvents, type Interface } from 'node:readline';
import type { CellInput, CellReader, Completer } from './editor/cell-reader.js';
import { commonPrefix, listing } from './editor/completion.js';
import { EditBuffer } from './editor/edit-buffer.js';
import type { History } from './editor/history.js';
import { HistorySearch, HistoryWalk } from './editor/history-walk.js';
import { type Action, actionOf, type Key, typedText } from './editor/keys.js';
import { layout, type Prompts, type StyleMap } from './editor/layout.js';
import { scan } from './editor/scan.js';
import type { Frame } from './frame.js';
import type { Terminal } from './terminal.js';

export interface InputStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

export interface LineEditorOptions {
  readonly input: InputStream;
  readonly terminal: Terminal;
  readonly history: History;
  readonly prompts: Prompts;
  readonly complete: Completer | null;
  readonly colour: ((text: string) => StyleMap) | null;
  /** Ctrl-C while no cell is being edited. */
  onInterrupt(): void;
}

/** A line feed this soon after a carriage return belongs to it. */
const CRLF_MS = 100;
/** How long the rest of a key's escape sequence may take to arrive. */
const ESCAPE_MS = 50;
const PASTE_ON = '\x1b[?2004h';
const PASTE_OFF = '\x1b[?2004l';
type Edits = Partial<Record<Action, (buffer: EditBuffer) => void>>;

const EDITS: Edits = {
  left: (buffer) => buffer.left(),
  right: (buffer) => buffer.right(),
  'word-left': (buffer) => buffer.wordLeft(),
  'word-right': (buffer) => buffer.wordRight(),
  'line-start': (buffer) => buffer.lineStart(),
  'line-end': (buffer) => buffer.lineEnd(),
  'delete-backward': (buffer) => buffer.deleteBackward(),
  'delete-forward': (buffer) => buffer.deleteForward(),
  'kill-line-end': (buffer) => buffer.killToLineEnd(),
  'kill-line-start': (buffer) => buffer.killToLineStart(),
  'kill-word-backward': (buffer) => buffer.killWordBackward(),
  'kill-word-forward': (buffer) => buffer.killWordForward(),
  yank: (buffer) => buffer.yank(),
  transpose: (buffer) => buffer.transpose(),
  undo: (buffer) => buffer.undo(),
  newline: (buffer) => buffer.insert('\n'),
};

export class LineEditor implements CellReader {
  readonly #options: LineEditorOptions;
  readonly #buffer = new EditBuffer();
  #walk: HistoryWalk;
  #search: HistorySearch | null = null;
  #resolve: ((input: CellInput) => void) | null = null;
  #pending: { text: string | undefined; key: Key }[] = [];
  #paste: string | null = null;
  #wasPasted = false;
  #isClosed = false;
  #returnAtMs = 0;
  readonly #commands: Edits = {
    accept: () => this.#accept(),
    interrupt: () => this.#clearLine(),
    'end-or-delete': (buffer) => {
      if (buffer.text === '') this.#finish({ kind: 'end' });
      else buffer.deleteForward();
    },
    up: (buffer) => {
      if (!buffer.up()) this.#recall(this.#walk.previous(buffer.text));
    },
    down: (buffer) => {
      if (!buffer.down()) this.#recall(this.#walk.next());
    },
    'history-previous': (buffer) => this.#recall(this.#walk.previous(buffer.text)),
    'history-next': () => this.#recall(this.#walk.next()),
    'history-search': () => {
      this.#search = new HistorySearch(this.#options.history.entries);
    },
    complete: () => void this.#complete(),
    'clear-screen': () => this.#options.terminal.clear(),
    suspend: () => this.#suspend(),
    'paste-start': () => {
      this.#paste = '';
    },
    'paste-end': () => this.#endPaste(),
  };

  constructor(options: LineEditorOptions) {
    this.#options = options;
    this.#walk = new HistoryWalk(options.history.entries);
    emitKeypressEvents(options.input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
    options.input.on('keypress', this.#onKeypress);
    options.input.on('end', this.#onEnd);
    this.setRaw(true);
    options.terminal.control(PASTE_ON);
    options.input.resume();
  }

  read(unfinished?: string): Promise<CellInput> {
    if (this.#isClosed) return Promise.resolve({ kind: 'end' });
    if (unfinished === undefined) {
      this.#wasPasted = false;
      this.#buffer.reset();
    } else {
      this.#options.terminal.reopenPrompt();
      this.#buffer.reset(`${unfinished}\n`);
    }
    this.#walk = new HistoryWalk(this.#options.history.entries);
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.redraw();
      this.#applyPending();
    });
  }

  /** What is being edited. */
  get state(): { readonly text: string; readonly cursor: number; readonly isSearching: boolean } {
    const { text, cursor } = this.#buffer;
    return { text, cursor, isSearching: this.#search !== null };
  }

  setRaw(isRaw: boolean): void {
    this.#options.input.setRawMode?.(isRaw);
  }

  /** Draws the cell again, as after a change of the terminal's size. */
  redraw(): void {
    if (this.#resolve !== null) this.#options.terminal.setPrompt(this.#frame());
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.input.off('keypress', this.#onKeypress);
    this.#options.input.off('end', this.#onEnd);
    this.setRaw(false);
    this.#options.terminal.control(PASTE_OFF);
    this.#options.input.pause();
  }

  readonly #onEnd = () => {
    this.#isClosed = true;
    this.#finish({ kind: 'end' });
  };

  readonly #onKeypress = (text: string | undefined, key: Key) => {
    if (this.#resolve !== null) {
      this.#press(text, key);
    } else if (actionOf(key) === 'interrupt') {
      this.#pending = [];
      this.#options.onInterrupt();
    } else {
      this.#pending.push({ text, key });
    }
  };

  #applyPending(): void {
    while (this.#pending.length > 0 && this.#resolve !== null) {
      const { text, key } = this.#pending.shift()!;
      this.#press(text, key);
    }
  }

  #press(text: string | undefined, key: Key): void {
    const action = actionOf(key);
    if (this.#paste !== null && action !== 'paste-end') {
      const isBreak = key.name === 'return' || key.name === 'enter';
      this.#paste += isBreak ? '\n' : (text ?? '');
      return;
    }
    if (this.#isSecondHalfOfBreak(key)) return;
    if (this.#search !== null && this.#searchKey(this.#search, text, key, action)) {
      this.redraw();
      return;
    }
    if (action !== null) this.#act(action);
    else this.#buffer.insert(typedText(text, key) ?? '');
    this.redraw();
  }

  #isSecondHalfOfBreak(key: Key): boolean {
    const nowMs = performance.now();
    if (key.name === 'return') this.#returnAtMs = nowMs;
    return key.name === 'enter' && nowMs - this.#returnAtMs < CRLF_MS;
  }

  #act(action: Action): void {
    const edit = EDITS[action] ?? this.#commands[action];
    edit?.(this.#buffer);
  }

  /** Enter: a line more where the cell is surely unfinished or the cursor is above its last line. */
  #accept(): void {
    const { text, cursor } = this.#buffer;
    if (text.slice(cursor).includes('\n') || scan(text).isOpen) {
      this.#buffer.insert('\n');
      return;
    }
    this.#finish({ kind: 'cell', text, wasPasted: this.#wasPasted });
  }

  /** Ctrl-C at the prompt: what is typed stays on the screen, the next prompt is empty. */
  #clearLine(): void {
    const wasEmpty = this.#buffer.text === '';
    this.#buffer.set(this.#buffer.text);
    const frame = layout(
      this.#options.prompts,
      `${this.#buffer.text}^C`,
      0,
      this.#options.terminal.columns,
    );
    this.#options.terminal.acceptPrompt(frame);
    if (wasEmpty) this.#options.terminal.line('(Ctrl-D or .exit leaves)', 'err');
    this.#buffer.reset();
    this.#wasPasted = false;
    this.#walk = new HistoryWalk(this.#options.history.entries);
  }

  #finish(input: CellInput): void {
    const resolve = this.#resolve;
    if (resolve === null) return;
    this.#search = null;
    this.#options.terminal.acceptPrompt(this.#frame());
    this.#resolve = null;
    resolve(input);
  }

  #recall(entry: string | null): void {
    if (entry !== null) this.#buffer.set(entry);
  }

  #endPaste(): void {
    const text = (this.#paste ?? '').replace(/\r\n?/g, '\n').replace(/\n+$/, '');
    this.#paste = null;
    if (text.includes('\n')) this.#wasPasted = true;
    this.#buffer.insert(text);
  }

  async #complete(): Promise<void> {
    const { text, cursor } = this.#buffer;
    const lineStart = text.lastIndexOf('\n', cursor - 1) + 1;
    if (/^\s*$/.test(text.slice(lineStart, cursor))) {
      this.#buffer.insert('  ');
      return;
    }
    const found = await this.#options.complete?.(text, cursor).catch(() => null);
    const isStale =
      this.#resolve === null || this.#buffer.text !== text || this.#buffer.cursor !== cursor;
    if (!found || isStale || found.candidates.length === 0) return;
    const typed = text.slice(found.start, cursor);
    const shared = commonPrefix(found.candidates.map((candidate) => candidate.insert));
    if (shared.length > typed.length || found.candidates.length === 1) {
      this.#buffer.replaceBefore(found.start, shared);
    } else {
      const labels = found.candidates.map((candidate) => candidate.label);
      this.#options.terminal.line(listing(labels, this.#options.terminal.columns));
    }
    this.redraw();
  }

  /** Keys while searching; false where the search ended and the key is to be applied to what it found. */
  #searchKey(
    search: HistorySearch,
    text: string | undefined,
    key: Key,
    action: Action | null,
  ): boolean {
    const typed = typedText(text, key);
    if (action === null && typed !== null) search.type(typed);
    else if (action === 'delete-backward') search.erase();
    else if (action === 'history-search') search.older();
    else {
      this.#search = null;
      if (action !== 'escape' && action !== 'interrupt') this.#recall(search.found);
      return action === 'escape' || action === 'interrupt';
    }
    return true;
  }

  #suspend(): void {
    const { input, terminal } = this.#options;
    if (input !== (process.stdin as unknown)) return;
    terminal.acceptPrompt(this.#frame());
    this.setRaw(false);
    terminal.control(PASTE_OFF);
    process.once('SIGCONT', () => {
      this.setRaw(true);
      terminal.control(PASTE_ON);
      this.redraw();
    });
    // The whole group: npm, which may have started us, has to stop too.
    process.kill(0, 'SIGTSTP');
  }

  #frame(): Frame {
    const { terminal, prompts, colour } = this.#options;
    if (this.#search !== null) {
      const found = this.#search.found ?? '';
      const first = `(search \`${this.#search.query}\`) `;
      return layout({ first, next: prompts.next }, found, found.length, terminal.columns);
    }
    const { text, cursor } = this.#buffer;
    return layout(prompts, text, cursor, terminal.columns, colour?.(text) ?? null);
  }
}
