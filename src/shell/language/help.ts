// Types, completion, signatures and documentation for a half-typed text, with the awaits a cell would get:
// `airlines.take(5).fo` completes the members of the rows. Language thread.
import ts = require('typescript');
import { OLD_MARK } from './cell-facts.js';
import { RESULT_NAME } from './cell-names.js';
import type { CellSession } from './cell-session.js';
import { cellSource } from './cell-source.js';
import { parse, syntaxOf } from './completeness.js';
import { plainNames } from './diagnostics.js';
import { JOB_MEMBERS } from './job-types.js';
import type { CompletionItem, CompletionList, Documentation, SignatureHelp } from './protocol.js';

/** A text as the service knows it, with the cursor where it is there. */
interface Placed {
  readonly service: ts.LanguageService;
  readonly module: string;
  readonly position: number;
  /** True if an await was put in: what stands before the cursor may be a Job. */
  readonly hasAwaits: boolean;
}

export function typeOf(session: CellSession, expression: string): string | null {
  const source = cellSource(expression, session.above);
  const syntax = syntaxOf(source.text);
  if (syntax.state !== 'ok') return null;
  const last = syntax.file.statements.at(-1);
  if (last === undefined || !ts.isExpressionStatement(last)) return null;
  const { checked } = session.probe(session.drafter.probe(source.text, syntax.file));
  for (const statement of checked.file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const declaration = statement.declarationList.declarations[0]!;
    if (!ts.isIdentifier(declaration.name) || declaration.name.text !== RESULT_NAME) continue;
    const type = checked.checker.getTypeAtLocation(declaration.initializer!);
    return plainNames(
      checked.checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation),
    );
  }
  return null;
}

export function complete(session: CellSession, text: string, position: number): CompletionList {
  const word = /[\p{ID_Continue}$]*$/u.exec(text.slice(0, position))![0];
  const start = position - word.length;
  const isMember = /\.\s*$/.test(text.slice(0, start));
  const placed = place(session, text, position);
  const found = placed.service.getCompletionsAtPosition(placed.module, placed.position, {});
  const items: CompletionItem[] = (found?.entries ?? [])
    .filter(({ name }) => name.startsWith(word) && !isOurs(name))
    .sort((a, b) => compareText(a.sortText, b.sortText) || compareText(a.name, b.name))
    .map(({ name, kind }) => ({ name, kind }));
  if (isMember && placed.hasAwaits && isBehindCall(text, start)) addJobMembers(items, word);
  return { items, start, isMember };
}

export function signatureHelp(
  session: CellSession,
  text: string,
  position: number,
): SignatureHelp | null {
  const placed = place(session, text, position);
  const help = placed.service.getSignatureHelpItems(placed.module, placed.position, undefined);
  if (help === undefined) return null;
  const selected = help.items[help.selectedItemIndex];
  return {
    signatures: help.items.map((item) => plainNames(signatureText(item))),
    activeSignature: help.selectedItemIndex,
    activeParameter: help.argumentIndex,
    documentation: ts.displayPartsToString(selected?.documentation),
  };
}

export function documentation(
  session: CellSession,
  text: string,
  position: number,
): Documentation | null {
  const placed = place(session, text, position);
  const info =
    placed.service.getQuickInfoAtPosition(placed.module, placed.position) ??
    placed.service.getQuickInfoAtPosition(placed.module, placed.position - 1);
  if (info === undefined) return null;
  return {
    declaration: plainNames(ts.displayPartsToString(info.displayParts)),
    text: ts.displayPartsToString(info.documentation),
    tags: (info.tags ?? []).map(({ name, text: parts }) => ({
      name,
      text: ts.displayPartsToString(parts),
    })),
  };
}

function place(session: CellSession, text: string, position: number): Placed {
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

function signatureText(item: ts.SignatureHelpItem): string {
  const parameters = item.parameters.map(({ displayParts }) =>
    ts.displayPartsToString(displayParts),
  );
  const [open, comma, close] = [
    item.prefixDisplayParts,
    item.separatorDisplayParts,
    item.suffixDisplayParts,
  ].map((parts) => ts.displayPartsToString(parts));
  return `${open}${parameters.join(comma)}${close}`;
}

function isBehindCall(text: string, start: number): boolean {
  return /\)\s*\.\s*$/.test(text.slice(0, start));
}

function addJobMembers(items: CompletionItem[], word: string): void {
  for (const name of JOB_MEMBERS) {
    if (name.startsWith(word) && !items.some((item) => item.name === name)) {
      items.push({ name, kind: 'method' });
    }
  }
}

function isOurs(name: string): boolean {
  return name.startsWith('__tspark') || name === RESULT_NAME || name.endsWith(OLD_MARK);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
