// Puts a half-typed text before the language service with the awaits a cell would get, and says where the cursor is
// there. The last text is kept: completion, the details of its items and signatures ask about the same one. Language
// thread.
import type ts = require('typescript');
import type { CellSession } from './cell-session.js';
import { cellSource } from './cell-source.js';
import { parse } from './completeness.js';

/** A text as the service knows it, with the cursor where it is there. */
export interface Placed {
  readonly service: ts.LanguageService;
  readonly module: string;
  readonly position: number;
  /** True if an await was put in: what stands before the cursor may be a Job. */
  readonly hasAwaits: boolean;
}

interface Last {
  readonly text: string;
  readonly position: number;
  /** State of the session after the text was put there. */
  readonly revision: string;
  readonly placed: Placed;
}

export class PlacedTexts {
  readonly session: CellSession;
  #last: Last | null = null;

  constructor(session: CellSession) {
    this.session = session;
  }

  place(text: string, position: number): Placed {
    const last = this.#last;
    const isSame = last !== null && last.text === text && last.position === position;
    if (isSame && last.revision === this.session.revision) return last.placed;
    const placed = this.#place(text, position);
    this.#last = { text, position, revision: this.session.revision, placed };
    return placed;
  }

  #place(text: string, position: number): Placed {
    const { session } = this;
    const source = cellSource(text, session.above);
    // The parenthesis around an object is no help in a text that is half typed.
    const ownText = source.text.endsWith(text) ? source.text : text;
    const { cell, shift } = session.drafter.unfinished(ownText, parse(ownText));
    const { edited, plan, checked } = session.probe(cell);
    return {
      service: session.checker!.service,
      module: checked.file.fileName,
      position: edited.fromOriginal(shift + ownText.length - text.length + position),
      hasAwaits: plan.awaits.length > 0,
    };
  }
}
