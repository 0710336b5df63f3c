// Small changes to a text at known offsets. Imports nothing.

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The name under which generated code finds the reader's toolkit. */
export const TOOLKIT = '$tspark';

/** Applies edits; one that lies inside the range of another is dropped, since that text goes anyway. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start || b.end - a.end);
  let result = '';
  let at = 0;
  for (const edit of ordered) {
    if (edit.start < at) continue;
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
