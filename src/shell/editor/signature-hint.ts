// The signature of the call whose arguments are being typed, on one line below the input. Asked for behind the keys:
// one question at a time, none while keys come in quickly.
import type { SignatureHelp } from '../language/protocol.js';
import { cutText, graphemes, textWidth } from '../text-width.js';
import { dim, onOneLine } from './pens.js';
import { scan } from './scan.js';

export type SignatureAsker = (text: string, cursor: number) => Promise<SignatureHelp | null>;

export interface SignatureHintOptions {
  readonly ask: SignatureAsker | null;
  readonly hasColour: boolean;
  onChange(): void;
}

/** Keys closer together than this are one burst. */
const QUIET_MS = 15;

export class SignatureHint {
  readonly #options: SignatureHintOptions;
  #help: SignatureHelp | null = null;
  #wanted: { readonly text: string; readonly cursor: number } | null = null;
  #isAsking = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: SignatureHintOptions) {
    this.#options = options;
  }

  /** The text or the cursor may have changed. */
  update(text: string, cursor: number): void {
    if (this.#options.ask === null) return;
    if (text === this.#wanted?.text && cursor === this.#wanted.cursor) return;
    const isCall = isInCall(text, cursor);
    this.#wanted = { text, cursor };
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!isCall) this.#help = null;
    else this.#timer = setTimeout(() => void this.#ask(), QUIET_MS).unref();
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#help = null;
    this.#wanted = null;
  }

  rows(columns: number): string[] {
    return this.#help === null ? [] : [signatureRow(this.#help, columns, this.#options.hasColour)];
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || this.#wanted === null) return;
    const asked = this.#wanted;
    this.#isAsking = true;
    const help = (await this.#options.ask?.(asked.text, asked.cursor).catch(() => null)) ?? null;
    this.#isAsking = false;
    const wanted = this.#wanted;
    if (wanted === asked) {
      this.#help = help;
      this.#options.onChange();
    } else if (wanted !== null && isInCall(wanted.text, wanted.cursor)) void this.#ask();
  }
}

function isInCall(text: string, cursor: number): boolean {
  const { open, isInText } = scan(text.slice(0, cursor));
  return !isInText && open.some(({ bracket }) => bracket === '(');
}

/** One row: the signature around the current parameter, which stands out. */
export function signatureRow(help: SignatureHelp, columns: number, hasColour: boolean): string {
  const { signatures, activeSignature, activeParameter } = help;
  const signature = signatures[activeSignature] ?? signatures[0]!;
  const { before, parameters, separator, after } = signature;
  // A rest parameter takes all that follow.
  const isRest = parameters.at(-1)?.startsWith('...') === true;
  const index = isRest ? Math.min(activeParameter, parameters.length - 1) : activeParameter;
  const count = signatures.length > 1 ? `${activeSignature + 1}/${signatures.length} ` : '';
  const current = parameters[index] ?? '';
  const ahead = parameters.slice(0, index).join(separator);
  const left = count + before + ahead + (ahead !== '' && current !== '' ? separator : '');
  const right =
    parameters
      .slice(index + 1)
      .map((text) => separator + text)
      .join('') + after;
  const [shownLeft, shownCurrent, shownRight] = [left, current, right].map(onOneLine);
  return fitted([shownLeft!, shownCurrent!, shownRight!], columns - 1, hasColour);
}

/** Cuts the end first, then the beginning, so that the current parameter is seen. */
function fitted(
  [left, current, right]: [string, string, string],
  room: number,
  hasColour: boolean,
) {
  const marked = hasColour || current === '' ? current : `«${current}»`;
  const shownCurrent = cutText(marked, room);
  const forLeft = Math.max(room - textWidth(shownCurrent) - Math.min(textWidth(right), 10), 0);
  const shownLeft = textWidth(left) <= forLeft ? left : cutStart(left, forLeft);
  const forRight = room - textWidth(shownCurrent) - textWidth(shownLeft);
  const shownRight = forRight > 0 ? cutText(right, forRight) : '';
  const emphasised =
    hasColour && shownCurrent !== '' ? `\x1b[1m${shownCurrent}\x1b[22m` : shownCurrent;
  return dim(shownLeft, hasColour) + emphasised + dim(shownRight, hasColour);
}

function cutStart(text: string, columns: number): string {
  if (columns <= 0) return '';
  let kept = '';
  for (const grapheme of graphemes(text).reverse()) {
    if (textWidth(grapheme + kept) > columns - 1) break;
    kept = grapheme + kept;
  }
  return `…${kept}`;
}
