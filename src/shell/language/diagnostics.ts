// The compiler's messages as plain data in the user's own lines and columns. Language service.
import ts = require('typescript');
import type { Diagnostic } from './protocol.js';

/** Errors that are about files, not about what a person typed at a prompt. */
const IGNORED: ReadonlySet<number> = new Set([
  2695, // the left side of a comma is unused
  7027, // unreachable code
]);

/** Codes from … to … of what has no type of its own: people at a prompt write few types. */
const IMPLICIT_ANY: readonly (readonly [number, number])[] = [
  [7005, 7026],
  [7031, 7034],
  [7039, 7039],
  [7051, 7057],
];

export interface PlainError {
  readonly message: string;
  readonly code: string;
  /** Offsets in the user's text. */
  readonly start: number;
  readonly end: number;
}

/** Builds a diagnostic; places beyond the end of the text are at its last character. */
export function toDiagnostic(
  userText: string,
  error: PlainError,
  severity: Diagnostic['severity'],
): Diagnostic {
  const start = Math.max(0, Math.min(error.start, userText.length));
  const before = userText.slice(0, start);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = userText.indexOf('\n', start);
  const limit = lineEnd < 0 ? userText.length : lineEnd;
  return {
    severity,
    message: error.message,
    line: before.split('\n').length,
    column: start - lineStart + 1,
    length: Math.max(1, Math.min(error.end, limit) - start),
    code: error.code,
    suggestion: suggestionIn(error.message),
  };
}

/** Reads a compiler diagnostic, or null for one that is not worth telling. `toUser` maps offsets to the user's text. */
export function readDiagnostic(
  diagnostic: ts.Diagnostic,
  toUser: (offset: number) => number,
): PlainError | null {
  const { code } = diagnostic;
  if (IGNORED.has(code) || IMPLICIT_ANY.some(([from, to]) => code >= from && code <= to))
    return null;
  const start = diagnostic.start ?? 0;
  const length = diagnostic.length ?? 0;
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
  return {
    message: plainNames(text),
    code: `TS${code}`,
    start: toUser(start),
    end: length === 0 ? toUser(start) : toUser(start + length - 1) + 1,
  };
}

/** Types of earlier cells are named as the user named them, not by the module they live in. */
export function plainNames(text: string): string {
  return text.replace(/(?:typeof )?import\("[^"]*"\)\.(?=[A-Za-z_$])/g, (match) =>
    match.startsWith('typeof') ? 'typeof ' : '',
  );
}

/** The name the compiler proposes at the end of its message. */
function suggestionIn(message: string): string | null {
  const match = /Did you mean (?:to (?:use|call) )?(?:the \w+ member )?['"`]([^'"`]+)['"`]\?/.exec(
    message,
  );
  return match?.[1] ?? null;
}
