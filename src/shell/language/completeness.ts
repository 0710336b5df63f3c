// Says whether a text is a whole program, the beginning of one, or wrong. Language service; syntax only.
import ts = require('typescript');

export type Syntax =
  | { readonly state: 'ok'; readonly file: ts.SourceFile }
  | { readonly state: 'incomplete' }
  | { readonly state: 'error'; readonly errors: readonly ts.DiagnosticWithLocation[] };

/** An open string cannot go on in the next line. */
const UNTERMINATED_STRING = 1002;

export function parse(text: string, fileName = 'cell.ts'): ts.SourceFile {
  return ts.createSourceFile(fileName, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
}

/** The parser's own errors; the property is not in the public type. */
export function parseErrors(file: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  return (file as unknown as { parseDiagnostics: ts.DiagnosticWithLocation[] }).parseDiagnostics;
}

/**
 * A text is incomplete when all that is wrong with it is that it ends: an open bracket, template or comment,
 * an operator or a dot with nothing behind it. An error before the end is an error, whatever is still open.
 */
export function syntaxOf(text: string): Syntax {
  const file = parse(text);
  const errors = parseErrors(file);
  if (errors.length === 0) return { state: 'ok', file };
  const isUnfinished = errors.every((error) => isAtEnd(error, text));
  return isUnfinished ? { state: 'incomplete' } : { state: 'error', errors };
}

/** The parser reports what is missing at the end with no length, in front of trailing comments. */
function isAtEnd(error: ts.DiagnosticWithLocation, text: string): boolean {
  if (error.code === UNTERMINATED_STRING || error.length > 0) return false;
  const rest = text.slice(error.start);
  return rest.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').trim() === '';
}
