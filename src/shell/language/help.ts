// The type of an expression, and what is known of a name. Language service.
import ts = require('typescript');
import { RESULT_NAME } from './cell-names.js';
import type { CellSession } from './cell-session.js';
import { cellSource } from './cell-source.js';
import { syntaxOf } from './completeness.js';
import { plainNames } from './diagnostics.js';
import type { PlacedTexts } from './placed-text.js';
import type { Documentation } from './protocol.js';

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

export function documentation(
  places: PlacedTexts,
  text: string,
  position: number,
): Documentation | null {
  const placed = places.place(text, position);
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
