// Reads cells at a terminal: keys decoded by Node's readline, edited as a block, drawn by the terminal's writer.
// Keys typed while a cell runs wait and are applied to the next prompt. Knows nothing of what cells mean.
import { emitKeypressEvents, type Interface } from 'node:readline';
import { indentAt } from './editor/brackets.js';
import type { CellInput, CellReader } from './editor/cell-reader.js';
import { colourMap, type KnownWords } from './editor/colours.js';
import { Completing } from './editor/completing.js';
import type { Completer } from './editor/completion.js';
import { EditBuffer } from './editor/edit-buffer.js';
import { EDITS, type Edits, typeInto } from './editor/edits.js';
import type { History } from './editor/history.js';
import { HistorySearch, type SearchKey } from './editor/history-search.js';
import { HistoryWalk } from './editor/history-walk.js';
import { type Action, actionOf, type Key, typedText } from './editor/keys.js';
import { layout, type Prompts } from './editor/layout.js';
import { Paste } from './editor/paste.js';
import { scan } from './editor/scan.js';
import { searchFrame } from './editor/search-frame.js';
import { type SignatureAsker, SignatureHint } from './editor/signature-hint.js';
import { type Frame, withHints } from './frame.js';
import { InputMode, type InputStream } from './input-mode.js';
import type { Terminal } from './terminal.js';

export interface LineEditorOptions {
  readonly input: InputStream;
  readonly terminal: Terminal;
  readonly history: History;
  readonly prompts: Prompts;
  readonly complete: Completer | null;
  readonly signature: SignatureAsker | null;
  /** What is coloured as known; null without colours. */
  readonly known: KnownWords | null;
  /** Ctrl-C while no cell is being edited. */
  onInterrupt(): void;
}

/** What is being edited, and what is shown below it. */
export interface EditorState {
  readonly text: string;
  readonly cursor: number;
  readonly isSearching: boolean;
  readonly hints: readonly string[];
}

/** A line feed this soon after a carriage return belongs to it. */
const CRLF_MS = 100;
/** How long the rest of a key's escape sequence may take to arrive. */
const ESCAPE_MS = 50;

export class LineEditor implements CellReader {
  readonly #options: LineEditorOptions;
  readonly #buffer = new EditBuffer();
  readonly #mode: InputMode;
  readonly #paste = new Paste();
  readonly #completing: Completing;
  readonly #signature: SignatureHint;
  readonly #hasColour: boolean;
  #walk: HistoryWalk;
  #search: HistorySearch | null = null;
  #resolve: ((input: CellInput) => void) | null = null;
  #pending: { text: string | undefined; key: Key }[] = [];
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
      if (!buffer.up()) this.#recall(this.#walk.previousLike(buffer.text));
    },
    down: (buffer) => {
      if (!buffer.down()) this.#recall(this.#walk.nextLike(buffer.text));
    },
    'history-previous': (buffer) => this.#recall(this.#walk.previous(buffer.text)),
    'history-next': (buffer) => this.#recall(this.#walk.next(buffer.text)),
    'search-older': () => {
      this.#search = new HistorySearch(this.#options.history.entries);
    },
    complete: () => void this.#completing.begin(),
    'clear-screen': () => this.#options.terminal.clear(),
    suspend: () => this.#suspend(),
    'paste-start': () => this.#paste.begin(),
    'paste-end': () => this.#endPaste(),
  };

  constructor(options: LineEditorOptions) {
    this.#options = options;
    this.#mode = new InputMode(options.input, options.terminal);
    this.#hasColour = options.known !== null;
    const shared = { hasColour: this.#hasColour, onChange: () => this.redraw() };
    this.#completing = new Completing({
      buffer: this.#buffer,
      complete: options.complete,
      ...shared,
    });
    this.#signature = new SignatureHint({ ask: options.signature, ...shared });
    this.#walk = new HistoryWalk(options.history.entries);
    emitKeypressEvents(options.input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
    options.input.on('keypress', this.#onKeypress);
    options.input.on('end', this.#onEnd);
    this.#mode.begin();
  }

  read(unfinished?: string): Promise<CellInput> {
    if (this.#isClosed) return Promise.resolve({ kind: 'end' });
    if (unfinished === undefined) {
      this.#wasPasted = false;
      this.#buffer.reset();
    } else {
      this.#options.terminal.reopenPrompt();
      this.#buffer.reset(unfinished);
      this.#buffer.breakLine(indentAt(unfinished, unfinished.length));
    }
    this.#walk = new HistoryWalk(this.#options.history.entries);
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.redraw();
      this.#applyPending();
    });
  }

  get state(): EditorState {
    const { text, cursor } = this.#buffer;
    return { text, cursor, isSearching: this.#search !== null, hints: this.#hints(this.#cell()) };
  }

  setRaw(isRaw: boolean): void {
    this.#mode.setRaw(isRaw);
  }

  /** Draws the cell again, as after a change of the terminal's size. */
  redraw(): void {
    if (this.#resolve === null) return;
    if (this.#search === null) this.#signature.update(this.#buffer.text, this.#buffer.cursor);
    else this.#signature.clear();
    const cell = this.#cell();
    this.#options.terminal.setPrompt(withHints(cell, this.#hints(cell)));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#dropHints();
    this.#options.input.off('keypress', this.#onKeypress);
    this.#options.input.off('end', this.#onEnd);
    this.#mode.end();
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
    } else if (actionOf(key) === 'suspend') {
      this.#suspend();
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
    if (this.#paste.isOpen && action !== 'paste-end') {
      this.#paste.key(text, key);
      return;
    }
    if (this.#isSecondHalfOfBreak(key)) return;
    const isTaken =
      this.#search === null
        ? this.#completing.key(action) !== 'not-taken'
        : this.#searchKey(this.#search.key(typedText(text, key), action));
    if (!isTaken) this.#edit(typedText(text, key), action);
    this.redraw();
  }

  #isSecondHalfOfBreak(key: Key): boolean {
    const nowMs = performance.now();
    if (key.name === 'return') this.#returnAtMs = nowMs;
    return key.name === 'enter' && nowMs - this.#returnAtMs < CRLF_MS;
  }

  /** A key that is neither the menu's nor the search's: an action, or text. */
  #edit(typed: string | null, action: Action | null): void {
    if (action === null) {
      if (typed !== null) typeInto(this.#buffer, typed);
    } else {
      if (action !== 'delete-backward') this.#completing.close();
      const edit = EDITS[action] ?? this.#commands[action];
      edit?.(this.#buffer);
    }
    this.#completing.narrow();
  }

  /** Enter: a line more where the cell is surely unfinished or the cursor is above its last line. */
  #accept(): void {
    const { text, cursor } = this.#buffer;
    if (text.slice(cursor).includes('\n') || scan(text).isOpen) {
      this.#buffer.breakLine(indentAt(text, cursor));
      return;
    }
    this.#finish({ kind: 'cell', text, wasPasted: this.#wasPasted });
  }

  /** Ctrl-C at the prompt: what is typed stays on the screen, the next prompt is empty. */
  #clearLine(): void {
    const { prompts, terminal, history } = this.#options;
    const { text } = this.#buffer;
    this.#dropHints();
    terminal.acceptPrompt(layout(prompts, `${text}^C`, 0, terminal.columns));
    if (text === '') terminal.line('(Ctrl-D or .exit leaves)', 'err');
    this.#buffer.reset();
    this.#wasPasted = false;
    this.#walk = new HistoryWalk(history.entries);
  }

  #finish(input: CellInput): void {
    const resolve = this.#resolve;
    if (resolve === null) return;
    this.#search = null;
    this.#dropHints();
    // The cursor, which marks a bracket, is no longer there.
    this.#options.terminal.acceptPrompt(this.#cell(-1));
    this.#resolve = null;
    resolve(input);
  }

  #dropHints(): void {
    this.#completing.close();
    this.#signature.clear();
  }

  #recall(entry: string | null): void {
    if (entry !== null) this.#buffer.set(entry);
  }

  #endPaste(): void {
    const text = this.#paste.end();
    if (text.includes('\n')) this.#wasPasted = true;
    this.#buffer.insert(text);
  }

  /** False where the search ended and the key is to be applied to what it found. */
  #searchKey(end: SearchKey): boolean {
    if (end === 'taken') return true;
    if (end === 'found') this.#recall(this.#search!.found);
    this.#search = null;
    return end === 'cancelled';
  }

  #suspend(): void {
    // While a cell runs there is none on the screen.
    const isEdited = this.#resolve !== null;
    this.#mode.suspend(
      () => isEdited && this.#options.terminal.acceptPrompt(this.#cell()),
      () => this.redraw(),
    );
  }

  /** The cell as it is drawn; `bracketAt` is where a bracket is shown with its partner. */
  #cell(bracketAt = this.#buffer.cursor): Frame {
    const { terminal, prompts, known } = this.#options;
    const { columns } = terminal;
    if (this.#search !== null)
      return searchFrame(this.#search, prompts.next, columns, this.#hasColour);
    const { text, cursor } = this.#buffer;
    const styles = known === null ? null : colourMap(text, bracketAt, known);
    return layout(prompts, text, cursor, columns, styles);
  }

  /** What is shown below the cell: the menu, or else the signature. */
  #hints(cell: Frame): readonly string[] {
    if (this.#search !== null) return [];
    const { columns, rows } = this.#options.terminal;
    const room = rows - Math.min(cell.rows.length, Math.ceil(rows / 2)) - 1;
    if (room < 1) return [];
    const menu = this.#completing.rows(columns, room);
    return menu.length > 0 ? menu : this.#signature.rows(columns);
  }
}
