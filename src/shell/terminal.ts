// The one writer that owns the terminal. What is live (an unfinished line of output, a status line, the
// prompt with a half-typed cell) stays at the bottom: it is erased, text is printed, it is drawn again with
// the cursor where it was. Runs on the main thread; knows nothing of the engine or of what it prints.
import { type Frame, stackFrames, textFrame } from './frame.js';
import { LiveArea } from './live-area.js';
import { cutText, stripEscapes, textWidth, wrapLine } from './text-width.js';

/** The part of a stream that the terminal needs; `process.stdout` is one. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export type Channel = 'out' | 'err';

export interface TerminalOptions {
  readonly out: OutputStream;
  readonly err: OutputStream;
  /** False where nothing may be erased or drawn again: a pipe, `TERM=dumb`. */
  readonly canErase: boolean;
}

/** Lines that are live at the same time, from top to bottom. */
export type StatusSlot = 'batches' | 'progress';
const STATUS_ORDER: readonly StatusSlot[] = ['batches', 'progress'];

const FRAME_MS = 33;
/** Queued output above this many characters is written at once, to bound memory. */
const QUEUE_LIMIT = 64 * 1024;

export class Terminal {
  readonly #out: OutputStream;
  readonly #err: OutputStream;
  /** Where the live area is drawn, or null where nothing is ever drawn. */
  readonly #display: OutputStream | null;
  readonly #area = new LiveArea();
  readonly #patched: (() => void)[] = [];
  #partial = '';
  readonly #status = new Map<StatusSlot, string>();
  #prompt: Frame | null = null;
  /** The size that the live area was last drawn for. */
  #drawnSize = '';
  /** The terminal became another size, and the prompt is still laid out for the one before. */
  #isPromptStale = false;
  #queue: string[] = [];
  #queuedLength = 0;
  #lastFlushMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #keyTimer: NodeJS.Immediate | null = null;
  /** A prompt that was printed and stands at the end of the last line, where nothing can be erased. */
  #standing: string | null = null;

  constructor(options: TerminalOptions) {
    this.#out = options.out;
    this.#err = options.err;
    const display = options.out.isTTY === true ? options.out : options.err;
    this.#display = options.canErase && display.isTTY === true ? display : null;
  }

  /** Whether a status line and a prompt can be drawn and erased again. */
  get canErase(): boolean {
    return this.#display !== null;
  }

  get columns(): number {
    // A terminal that does not know its size says 0.
    return Math.max(this.#display?.columns || this.#out.columns || 80, 8);
  }

  get rows(): number {
    return Math.max(this.#display?.rows || 24, 2);
  }

  /** Writes text that ends in a newline or not, above whatever is live. */
  write(text: string, channel: Channel = 'out'): void {
    if (text === '') return;
    const stream = channel === 'out' ? this.#out : this.#err;
    if (this.#display === null || stream.isTTY !== true) {
      if (this.#standing === null || stream.isTTY !== true) stream.write(text);
      else this.#writeBelow(text);
      return;
    }
    this.#queue.push(text);
    this.#queuedLength += text.length;
    if (this.#prompt === null || this.#queuedLength > QUEUE_LIMIT) this.flush();
    else this.#schedule();
  }

  /** Prints a prompt that stands until a line has been typed, `null`: what is printed meanwhile repeats it below. */
  standPrompt(prompt: string | null): void {
    this.#standing = null;
    if (prompt !== null) this.write(prompt);
    this.#standing = prompt;
  }

  /** Writes one or more whole lines, on a line of their own even if the one before is unfinished. */
  line(text: string, channel: Channel = 'out'): void {
    const before = this.#queue.at(-1) ?? this.#partial;
    const isUnfinished = before !== '' && !before.endsWith('\n');
    this.write(`${isUnfinished ? '\n' : ''}${text}${text.endsWith('\n') ? '' : '\n'}`, channel);
  }

  /** Sends an escape sequence that moves nothing, such as a mode of the terminal. */
  control(sequence: string): void {
    this.#display?.write(sequence);
  }

  /** Takes away what the terminal itself echoed on the line, such as `^C`, where nothing is live. */
  freshLine(): void {
    if (this.#area.isEmpty) this.#display?.write('\r\x1b[K');
  }

  /** Shows lines below all output until they are replaced or taken away. */
  setStatus(slot: StatusSlot, text: string | null): void {
    if (this.#display === null || text === (this.#status.get(slot) ?? null)) return;
    if (text === null) this.#status.delete(slot);
    else this.#status.set(slot, text);
    this.#schedule();
  }

  /** Shows the prompt and what is typed so far; output that waits goes on waiting. */
  setPrompt(frame: Frame | null): void {
    this.#prompt = frame;
    this.#isPromptStale = false;
    if (this.#display === null || this.#keyTimer !== null) return;
    this.#keyTimer = setImmediate(() => {
      this.#keyTimer = null;
      this.#followSize();
      this.#draw('');
    });
  }

  /** Leaves the drawn prompt standing as ordinary text and goes to the line below it. */
  acceptPrompt(frame: Frame): void {
    if (this.#display === null) return;
    this.#followSize();
    // It is drawn once more all the same.
    this.#isPromptStale = false;
    this.#prompt = null;
    if (this.#partial !== '') this.#queue.unshift('\n');
    // Status lines stay below: they would otherwise stand in the scroll-back with the prompt.
    const status = new Map(this.#status);
    this.#status.clear();
    this.#prompt = frame;
    this.flush();
    for (const [slot, text] of status) this.setStatus(slot, text);
    this.#prompt = null;
    this.#display.write(this.#area.leave());
  }

  /** Takes back the last accepted prompt if nothing was written since, so that it can be edited on. */
  reopenPrompt(): void {
    this.#area.reopen();
  }

  /** Writes and draws now what is waiting. */
  flush(): void {
    clearTimeout(this.#timer ?? undefined);
    clearImmediate(this.#keyTimer ?? undefined);
    this.#timer = this.#keyTimer = null;
    if (this.#display === null) return;
    this.#lastFlushMs = performance.now();
    this.#followSize();
    const text = this.#partial + this.#queue.join('');
    const hasNew = this.#queue.length > 0;
    this.#queue = [];
    this.#queuedLength = 0;
    this.#draw(hasNew ? this.#area.printAbove(this.#takeLines(text)) : '');
  }

  /** The size changed: what is live is laid out anew by its owners, who then draw it. */
  resized(): void {
    // Also where it is as before by now: a terminal that was another size in between has wrapped its rows anew.
    this.#drawnSize = '';
    this.#followSize();
  }

  /** A size that no signal has told of yet would leave what is live standing above the place where it is drawn again. */
  #followSize(): void {
    const { columns, rows } = this;
    const size = `${columns}x${rows}`;
    const hasChanged = this.#drawnSize !== size;
    this.#drawnSize = size;
    if (!hasChanged || this.#display === null || this.#area.isEmpty) return;
    this.#isPromptStale = this.#prompt !== null;
    this.#display.write(this.#area.forget(columns));
  }

  /** Clears the screen and draws what is live at its top. */
  clear(): void {
    if (this.#display === null) return;
    this.#display.write('\x1b[H\x1b[2J\x1b[3J');
    this.#area.reset();
    this.flush();
  }

  /** Erases what is live and leaves the cursor at the start of a line. */
  close(): void {
    this.#status.clear();
    this.#prompt = null;
    if (this.#partial !== '') this.#queue.push('\n');
    this.flush();
    for (const restore of this.#patched.splice(0)) restore();
  }

  /** Sends what the program writes to `process.stdout` and `process.stderr` through this writer. */
  takeOver(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): void {
    this.#redirect(stdout, 'out');
    this.#redirect(stderr, 'err');
  }

  #redirect(stream: NodeJS.WriteStream, channel: Channel): void {
    const original = stream.write;
    stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
      this.write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'), channel);
      const callback = typeof encoding === 'function' ? encoding : done;
      if (typeof callback === 'function') process.nextTick(callback as () => void);
      return true;
    }) as typeof stream.write;
    this.#patched.push(() => {
      stream.write = original;
    });
  }

  /** The whole lines of `text`; what follows them stays live. */
  #takeLines(text: string): string {
    const end = text.lastIndexOf('\n') + 1;
    const rest = text.slice(end);
    // Only what follows the last carriage return is still to be seen.
    const shown = rest.slice(rest.lastIndexOf('\r', rest.length - 2) + 1);
    const rows = wrapLine(shown, this.columns);
    this.#partial = rows.pop() ?? '';
    return text.slice(0, end) + rows.map((row) => `${row}\n`).join('');
  }

  /** Where nothing can be erased: on lines of their own, what comes at once together, and the prompt again. */
  #writeBelow(text: string): void {
    this.#queue.push(text);
    this.#keyTimer ??= setImmediate(() => {
      this.#keyTimer = null;
      const lines = this.#queue.splice(0).join('');
      const prompt = this.#standing;
      this.#standing = null;
      this.write(`${prompt === null ? '' : '\n'}${lines}${lines.endsWith('\n') ? '' : '\n'}`);
      this.standPrompt(prompt);
    });
  }

  #draw(before: string): void {
    const written = before + this.#area.draw(this.#frame());
    if (written !== '') this.#display?.write(written);
  }

  #schedule(): void {
    if (this.#display === null || this.#timer !== null) return;
    const waitMs = FRAME_MS - (performance.now() - this.#lastFlushMs);
    this.#timer = setTimeout(() => this.flush(), Math.max(waitMs, 0));
  }

  #frame(): Frame {
    const parts: Frame[] = [];
    if (this.#partial !== '') parts.push(textFrame(this.#partial, this.columns));
    for (const slot of STATUS_ORDER) {
      const text = this.#status.get(slot);
      for (const line of text?.split('\n') ?? []) {
        parts.push(textFrame(cutLine(line, this.columns), this.columns));
      }
    }
    if (this.#prompt !== null && !this.#isPromptStale) parts.push(this.#prompt);
    return stackFrames(parts, this.rows);
  }
}

/** A line of status never wraps; where it is too long it loses its colours with its end. */
function cutLine(text: string, columns: number): string {
  return textWidth(text) < columns ? text : cutText(stripEscapes(text), columns - 1);
}
