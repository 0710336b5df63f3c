// Hadoop's path patterns: comma lists, `{a,b}`, `*`, `?`, `[a-c]`, `[!a]`, and `\` before a character
// that should mean itself. Pure text work; knows no file system.
import { UsageError } from '../errors.js';

/** Splits a list of paths at its commas, but for those within braces or after a backslash. */
export function splitPathList(paths: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < paths.length; i++) {
    const c = paths[i];
    if (c === '\\') i++;
    else if (c === '{') depth++;
    else if (c === '}' && depth > 0) depth--;
    else if (c === ',' && depth === 0) {
      parts.push(paths.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(paths.slice(from));
  return parts;
}

/** Whether a path has a character that makes it a pattern. */
export function isPattern(path: string): boolean {
  return /(^|[^\\])(\\\\)*[*?[{]/.test(path);
}

/** The name that a path without pattern characters means. */
export function unescapePath(path: string): string {
  return path.replace(/\\(.)/gs, '$1');
}

/** Every pattern that `{a,b}` groups stand for; groups may nest and may hold slashes. */
export function expandBraces(pattern: string): string[] {
  const open = findOpenBrace(pattern);
  if (open < 0) return [pattern];
  const { close, commas } = readGroup(pattern, open);
  const before = pattern.slice(0, open);
  const after = pattern.slice(close + 1);
  const alternatives: string[] = [];
  let from = open + 1;
  for (const end of [...commas, close]) {
    alternatives.push(...expandBraces(before + pattern.slice(from, end) + after));
    from = end + 1;
  }
  return alternatives;
}

function findOpenBrace(pattern: string): number {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '{') return i;
  }
  return -1;
}

function readGroup(pattern: string, open: number): { close: number; commas: number[] } {
  const commas: number[] = [];
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '\\') i++;
    else if (c === '{') depth++;
    else if (c === ',' && depth === 1) commas.push(i);
    else if (c === '}' && --depth === 0) return { close: i, commas };
  }
  throw malformed(pattern, "the group that '{' opens is never closed by '}'", '\\{');
}

/** A regular expression for one name of a path (no slashes, braces already expanded). */
export function compileName(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '*') source += '.*';
    else if (c === '?') source += '.';
    else if (c === '[') {
      const close = findClassEnd(pattern, i);
      source += compileClass(pattern.slice(i + 1, close));
      i = close;
    } else if (c === '\\' && i + 1 < pattern.length) source += escapeChar(pattern[++i]!);
    else source += escapeChar(c);
  }
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    throw malformed(pattern, "the characters within '[' and ']' are not a valid set", '\\[');
  }
}

function findClassEnd(pattern: string, open: number): number {
  // The first character of a set may be `]` itself.
  const first = open + (/^[!^]/.test(pattern.slice(open + 1)) ? 2 : 1);
  for (let i = first; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === ']' && i > first) return i;
  }
  throw malformed(pattern, "the set that '[' opens is never closed by ']'", '\\[');
}

function compileClass(body: string): string {
  const isNegated = /^[!^]/.test(body);
  const members = body
    .slice(isNegated ? 1 : 0)
    .replace(/\\(.)|[[\]^]/gsu, (match, escaped?: string) =>
      escaped === '-' ? '\\-' : escapeChar(escaped ?? match),
    );
  return `[${isNegated ? '^' : ''}${members}]`;
}

function escapeChar(c: string): string {
  return /[.*+?^${}()|[\]\\/]/.test(c) ? `\\${c}` : c;
}

function malformed(pattern: string, why: string, escape: string): UsageError {
  return new UsageError(
    'IO-106',
    `Cannot read the pattern '${pattern}': ${why}. ` +
      `To mean the character itself, write ${escape} (in a string literal, two backslashes).`,
    { details: { pattern } },
  );
}
