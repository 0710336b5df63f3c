// `import('./x.js')` inside a function means a file next to the user's. In a worker the function stands nowhere,
// so the text is made to say where it stood. Capturing thread.
import { isAbsolute } from 'node:path';
import type { FunctionAnalysis } from './free-names.js';
import type { FunctionPlace } from './function-internals.js';
import { scriptNames } from './script-names.js';
import { type Edit, TOOLKIT } from './text-edits.js';

export function importEdits(analysis: FunctionAnalysis, place: FunctionPlace | null): Edit[] {
  if (analysis.imports.length === 0) return [];
  const text = `${TOOLKIT}.importFrom(${JSON.stringify(fileOf(place))})`;
  return analysis.imports.map((start) => ({ start, end: start + 'import'.length, text }));
}

/** The function's file; for what has none, such as the prompt, a name in the current folder. */
function fileOf(place: FunctionPlace | null): string {
  const here = `${process.cwd()}/prompt.js`;
  if (place === null) return here;
  if (scriptNames.fileOf(place.scriptId) === undefined) scriptNames.list();
  const file = scriptNames.fileOf(place.scriptId);
  return file !== undefined && isAbsolute(file) ? file : here;
}
