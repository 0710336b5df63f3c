// Code that means the user's file wherever it runs: in place of `require` and `import.meta`. Language service.
import { dirname } from 'node:path';
import ts = require('typescript');
import { urlOf } from './resolve-module.js';

/** A `require` that needs no import: `globalThis.process.getBuiltinModule('module').createRequire(path)`. */
export function requireFrom(f: ts.NodeFactory, path: string): ts.Expression {
  const process = f.createPropertyAccessExpression(f.createIdentifier('globalThis'), 'process');
  const getBuiltin = f.createPropertyAccessExpression(process, 'getBuiltinModule');
  const module = f.createCallExpression(getBuiltin, undefined, [f.createStringLiteral('module')]);
  const createRequire = f.createPropertyAccessExpression(module, 'createRequire');
  return f.createCallExpression(createRequire, undefined, [f.createStringLiteral(path)]);
}

/** `({ url, filename, dirname })` in place of `import.meta`. */
export function importMetaOf(f: ts.NodeFactory, path: string): ts.Expression {
  const property = (name: string, value: string) =>
    f.createPropertyAssignment(name, f.createStringLiteral(value));
  return f.createParenthesizedExpression(
    f.createObjectLiteralExpression([
      property('url', urlOf(path)),
      property('filename', path),
      property('dirname', dirname(path)),
    ]),
  );
}
