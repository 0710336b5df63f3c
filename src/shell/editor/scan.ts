// A light scanner of TypeScript text: enough to colour what is typed and to see that a bracket, a template or
// a comment is still open. Never wrong about being open where it matters: the evaluator has the last word.

export type TokenKind =
  | 'word'
  | 'keyword'
  | 'number'
  | 'string'
  | 'comment'
  | 'regex'
  | 'punctuation';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

export interface OpenBracket {
  /** A backquote stands for a template, `$` for a substitution inside one. */
  readonly bracket: string;
  readonly at: number;
}

export interface Scan {
  readonly tokens: readonly Token[];
  /** Whether the text ends inside a bracket, a template or a block comment. */
  readonly isOpen: boolean;
  /** The brackets that are open at the end, outermost first. */
  readonly open: readonly OpenBracket[];
  /** Brackets that belong together, as their places. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Whether it ends inside a template or a block comment, where blanks mean something. */
  readonly isInText: boolean;
}

const KEYWORDS = new Set(
  (
    'abstract as async await break case catch class const continue debugger declare default delete do else enum ' +
    'export extends false finally for from function get if implements import in infer instanceof interface is ' +
    'keyof let namespace new null of private protected public readonly return satisfies set static super switch ' +
    'this throw true try type typeof undefined var void while with yield'
  ).split(' '),
);
/** After these a slash divides; after anything else it begins a regular expression. */
const ENDS_OPERAND = /[\w$)\]}'"`]/;
const LEXEME =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\/\*[\s\S]*$|[\p{L}_$#@][\p{L}\p{N}_$]*|\d[\w.]*|'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?|`|=>|[\s\S]/uy;
const REGEX = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/uy;

/** Scans the whole text; microseconds for what a person types. */
export function scan(text: string): Scan {
  return new Scanner(text).run();
}

class Scanner {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  readonly #stack: OpenBracket[] = [];
  readonly #pairs: [number, number][] = [];
  #position = 0;
  #isOpenComment = false;
  #hasStrayClose = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Scan {
    while (this.#position < this.#text.length) {
      if (this.#isInTemplate) this.#template();
      else this.#lexeme();
    }
    const isOpen = this.#isOpenComment || (this.#stack.length > 0 && !this.#hasStrayClose);
    const isInText = this.#isOpenComment || this.#isInTemplate;
    return { tokens: this.#tokens, isOpen, open: this.#stack, pairs: this.#pairs, isInText };
  }

  get #isInTemplate(): boolean {
    return this.#stack.at(-1)?.bracket === '`';
  }

  #lexeme(): void {
    const start = this.#position;
    const lexeme =
      this.#match(REGEX, start, this.#mayBeginRegex()) ?? this.#match(LEXEME, start, true)!;
    this.#position += lexeme.length;
    if (/^\s/.test(lexeme)) return;
    if (lexeme === '`') {
      this.#stack.push({ bracket: '`', at: start });
      this.#add('string', start);
      return;
    }
    const kind = kindOf(lexeme);
    if (kind === 'comment' && lexeme.startsWith('/*') && !/^\/\*[\s\S]*\*\/$/.test(lexeme)) {
      this.#isOpenComment = true;
    }
    if (kind === 'punctuation') this.#bracket(lexeme, start);
    this.#add(kind, start);
  }

  #match(pattern: RegExp, at: number, isAllowed: boolean): string | null {
    if (!isAllowed) return null;
    pattern.lastIndex = at;
    return pattern.exec(this.#text)?.[0] ?? null;
  }

  #mayBeginRegex(): boolean {
    if (this.#text[this.#position] !== '/') return false;
    const last = this.#tokens.filter((token) => token.kind !== 'comment').at(-1);
    if (last === undefined) return true;
    if (last.kind === 'keyword') return true;
    return !ENDS_OPERAND.test(this.#text[last.end - 1]!);
  }

  /** From inside a template to its end, a substitution, or the end of the text. */
  #template(): void {
    const start = this.#position;
    while (this.#position < this.#text.length) {
      const char = this.#text[this.#position++];
      if (char === '\\') this.#position++;
      if (char === '`') {
        this.#stack.pop();
        break;
      }
      if (char === '$' && this.#text[this.#position] === '{') {
        this.#stack.push({ bracket: '$', at: this.#position });
        this.#position++;
        break;
      }
    }
    this.#position = Math.min(this.#position, this.#text.length);
    this.#add('string', start);
  }

  #bracket(char: string, at: number): void {
    if ('([{'.includes(char)) this.#stack.push({ bracket: char, at });
    if (!')]}'.includes(char)) return;
    const open = this.#stack.pop();
    if (open !== undefined && ['()', '[]', '{}', '$}'].includes(open.bracket + char))
      this.#pairs.push([open.at, at]);
    else this.#hasStrayClose = true;
  }

  #add(kind: TokenKind, start: number): void {
    this.#tokens.push({ kind, start, end: this.#position });
  }
}

function kindOf(lexeme: string): TokenKind {
  if (lexeme.startsWith('//') || lexeme.startsWith('/*')) return 'comment';
  if (/^\/./.test(lexeme)) return 'regex';
  if (/^['"]/.test(lexeme)) return 'string';
  if (/^\d/.test(lexeme)) return 'number';
  if (/^[\p{L}_$#@]/u.test(lexeme)) return KEYWORDS.has(lexeme) ? 'keyword' : 'word';
  return 'punctuation';
}
