// A line that is to run in the background: `rdd.count() &`, `const n = rdd.count() &`. Pure.

export interface BackgroundLine {
  /** The line without its `&`. */
  readonly shown: string;
  /** The expression, at its place in the line: blanks stand for what is before it. */
  readonly expression: string;
  /** The name that its value is to have, null where the line gives none. */
  readonly name: string | null;
}

/** One `&` at the end; `&&` goes on in the next line. */
const AMPERSAND = /^(.*[^\s&])\s*&\s*$/;
const ASSIGNMENT =
  /^(\s*(?:(?:const|let|var)\s+)?([\p{ID_Start}_$][\p{ID_Continue}$]*)\s*(?::[^=]+)?=(?![=>])\s*)(\S.*)$/u;

/** What a typed line says, or null where it does not end in `&`. */
export function backgroundLine(text: string): BackgroundLine | null {
  const shown = AMPERSAND.exec(text)?.[1];
  return shown === undefined ? null : backgroundOf(shown);
}

/** An expression, or one that is given a name. */
export function backgroundOf(text: string): BackgroundLine {
  const shown = text.trimEnd().replace(/\s*;$/, '');
  const [, before = '', name = null, expression = shown] = ASSIGNMENT.exec(shown) ?? [];
  return { shown, name, expression: ' '.repeat(before.length) + expression };
}
