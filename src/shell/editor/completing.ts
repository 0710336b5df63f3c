// Completion while a cell is edited: asks for candidates, puts in what they share, and keeps the menu of the rest.
import type { Candidate, CandidateDetail, Completer, Completion } from './completion.js';
import { commonPrefix } from './completion.js';
import type { EditBuffer } from './edit-buffer.js';
import type { Action } from './keys.js';
import { Menu } from './menu.js';
import { MENU_HEIGHT, menuRows } from './menu-rows.js';
import { dim } from './pens.js';

export interface CompletingOptions {
  readonly buffer: EditBuffer;
  readonly complete: Completer | null;
  readonly hasColour: boolean;
  /** Something to be shown has arrived. */
  onChange(): void;
}

const INDENT = '  ';
/** An answer that takes longer is announced: the type checker may be starting still. */
const WAIT_MS = 200;
const WAITING = '… completing';

/** What a key was to an open menu. */
export type MenuKey = 'taken' | 'not-taken' | 'accepted';

export class Completing {
  readonly #options: CompletingOptions;
  readonly #details = new Map<Candidate, CandidateDetail | null>();
  #menu: Menu | null = null;
  /** Index where the completed word begins. */
  #start = 0;
  #asked = 0;
  #isWaiting = false;

  constructor(options: CompletingOptions) {
    this.#options = options;
  }

  /** Closes the menu and forgets what was asked for. */
  close(): void {
    this.#menu = null;
    this.#details.clear();
    this.#isWaiting = false;
    this.#asked++;
  }

  /** Tab, where no menu is open. */
  async begin(): Promise<void> {
    const { buffer, complete } = this.#options;
    const { text, cursor } = buffer;
    const lineStart = text.lastIndexOf('\n', cursor - 1) + 1;
    if (/^\s*$/.test(text.slice(lineStart, cursor))) {
      buffer.insert(INDENT);
      return;
    }
    const found = complete === null ? null : await this.#answer(complete, text, cursor);
    if (found === null) return;
    // What was typed meanwhile narrows the answer, if it still is one.
    const isSame =
      buffer.cursor >= found.start && buffer.text.startsWith(text.slice(0, found.start));
    const typed = buffer.text.slice(found.start, buffer.cursor);
    if (isSame && typed.startsWith(text.slice(found.start, cursor))) this.#show(found, typed);
    this.#options.onChange();
  }

  /** What the completer answers; null where it is no longer asked. */
  async #answer(complete: Completer, text: string, cursor: number): Promise<Completion | null> {
    const { onChange } = this.#options;
    const asked = ++this.#asked;
    const timer = setTimeout(() => {
      this.#isWaiting = asked === this.#asked;
      onChange();
    }, WAIT_MS);
    const found = await complete(text, cursor).catch(() => null);
    clearTimeout(timer);
    if (asked !== this.#asked) return null;
    const wasWaiting = this.#isWaiting;
    this.#isWaiting = false;
    if (found === null && wasWaiting) onChange();
    return found;
  }

  /** A key while the menu is open. Text that is typed comes through `narrow`, after it is in the buffer. */
  key(action: Action | null): MenuKey {
    const menu = this.#menu;
    if (menu === null) return 'not-taken';
    switch (action) {
      case 'complete':
      case 'down':
        menu.move(1);
        break;
      case 'complete-back':
      case 'up':
        menu.move(-1);
        break;
      case 'history-next':
        menu.jump(MENU_HEIGHT);
        break;
      case 'history-previous':
        menu.jump(-MENU_HEIGHT);
        break;
      case 'escape':
        this.close();
        return 'taken';
      case 'accept':
      case 'right':
        return this.#accept(menu);
      default:
        return 'not-taken';
    }
    this.#describe(menu);
    return 'taken';
  }

  /** The text has changed: the menu goes with it or closes. */
  narrow(): void {
    const { text, cursor } = this.#options.buffer;
    if (this.#menu === null) return;
    const typed = text.slice(this.#start, cursor);
    if (cursor < this.#start || !this.#menu.narrow(typed)) this.close();
    else this.#describe(this.#menu);
  }

  rows(columns: number, maxRows: number): string[] {
    const menu = this.#menu;
    if (menu === null) return this.#isWaiting ? [dim(WAITING, this.#options.hasColour)] : [];
    const detail = this.#details.get(menu.selected) ?? null;
    return menuRows(menu, { columns, maxRows, hasColour: this.#options.hasColour, detail });
  }

  #show(found: Completion, typed: string): void {
    const { buffer } = this.#options;
    const candidates = found.candidates.filter(({ insert }) => insert.startsWith(typed));
    if (candidates.length === 0) return;
    const shared = commonPrefix(candidates.map(({ insert }) => insert));
    if (shared.length > typed.length) buffer.replaceBefore(found.start, shared);
    if (candidates.length === 1) return;
    this.#start = found.start;
    this.#menu = new Menu(candidates);
    this.#describe(this.#menu);
  }

  /** Enter on what is already typed out is meant for the cell. */
  #accept(menu: Menu): MenuKey {
    const { buffer } = this.#options;
    const { insert } = menu.selected;
    const isTyped = buffer.text.slice(this.#start, buffer.cursor) === insert;
    if (!isTyped) buffer.replaceBefore(this.#start, insert);
    this.close();
    return isTyped ? 'not-taken' : 'accepted';
  }

  #describe(menu: Menu): void {
    const candidate = menu.selected;
    if (candidate.describe === undefined || this.#details.has(candidate)) return;
    this.#details.set(candidate, null);
    void candidate
      .describe()
      .catch(() => null)
      .then((detail) => {
        if (this.#menu !== menu) return;
        this.#details.set(candidate, detail);
        this.#options.onChange();
      });
  }
}
