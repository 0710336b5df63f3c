// Counts the type `any` in src and holds it to a budget: the count may only go down.
import { conclude, fromRules, isProgram } from './report.mjs';
import { listFiles, parseFile, ROOT } from './source-tree.mjs';
import ts from 'typescript';

/** Each use has a comment that says why evaluation forces it. Lower this when the count falls. */
const BUDGET = 0;

/** Checks the source tree below `root`. */
export function check(root = ROOT, budget = BUDGET) {
  const places = listFiles('src', '.ts', root).flatMap((file) => findAny(file, root));
  const excess =
    places.length > budget ? [`${places.length} uses of any, ${budget} allowed`, ...places] : [];
  return fromRules('any', { 'within the budget': excess }, `${places.length} of ${budget} uses`);
}

function findAny(file, root) {
  const source = parseFile(file, root);
  const places = [];
  const visit = (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      places.push(`${file}:${line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return places;
}

if (isProgram(import.meta)) conclude(check());
