// A line that begins with a dot and is no command goes on with the expression above it. Pure.

const DECLARATION = /^\s*(?:export\s+)?(?:const|let|var)\s/;

/**
 * The cell that a dotted line means, given the cell above it: the declaration above with the line added,
 * otherwise the last value with the line applied to it. Null where there is nothing above.
 */
export function continued(line: string, above: string | null): string | null {
  if (!/^\s*\.\s*[\p{L}_$]/u.test(line) || above === null) return null;
  const trimmed = above.replace(/[\s;]+$/, '');
  return DECLARATION.test(trimmed) ? `${trimmed}\n${line}` : `_\n${line}`;
}
