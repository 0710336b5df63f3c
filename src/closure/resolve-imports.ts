// `import('./x.js')` inside a function means a file next to the user's: its address is written into the text,
// since in a worker the function stands nowhere. Capturing thread.
import { createRequire, isBuiltin } from 'node:module';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionAnalysis } from './free-names.js';
import type { FunctionPlace } from './function-internals.js';
import { scriptNames } from './script-names.js';
import type { Edit } from './text-edits.js';

export function resolveImports(analysis: FunctionAnalysis, place: FunctionPlace | null): Edit[] {
  const edits: Edit[] = [];
  for (const { start, end, literal } of analysis.imports) {
    if (literal === null || isBuiltin(literal) || /^[a-z]+:/.test(literal)) continue;
    const url = resolveFrom(fileOf(place), literal);
    if (url !== null) edits.push({ start, end, text: JSON.stringify(url) });
  }
  return edits;
}

/** The user's file, or one that would be in the current folder: the prompt's. */
function fileOf(place: FunctionPlace | null): string {
  const here = `${process.cwd()}/prompt.js`;
  if (place === null) return here;
  if (scriptNames.fileOf(place.scriptId) === undefined) scriptNames.list();
  const file = scriptNames.fileOf(place.scriptId);
  return file !== undefined && isAbsolute(file) ? file : here;
}

function resolveFrom(file: string, specifier: string): string | null {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, pathToFileURL(file)).href;
  try {
    return pathToFileURL(createRequire(file).resolve(specifier)).href;
  } catch {
    return null;
  }
}
