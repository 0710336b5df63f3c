// Why a path may be missing and what the user probably meant. Runs on the driver, after a path was not found.
import { closestName } from './closest-name.js';
import type { FileSystem } from './file-system.js';

/** A line of advice for a path that cannot be read, beginning with a line break; empty if there is none. */
export function explainMissing(
  fileSystem: FileSystem,
  asWritten: string,
  resolved: string,
  isHidden: boolean,
): string {
  if (isHidden) {
    return '\nThere is such a file, but names that begin with _ or . are hidden from input, as in Hadoop; rename or copy it.';
  }
  const slip = slipOfWriting(fileSystem, asWritten);
  if (slip !== null) return `\n${slip}`;
  try {
    return nearestPath(fileSystem, asWritten, resolved);
  } catch {
    // A folder on the way may not be listed: then there is nothing to suggest.
    return '';
  }
}

function slipOfWriting(fileSystem: FileSystem, path: string): string | null {
  const exists = (candidate: string) => fileSystem.stat(fileSystem.resolve(candidate)) !== null;
  if (path !== path.trim() && exists(path.trim())) {
    return `The path begins or ends with a space; did you mean '${path.trim()}'?`;
  }
  if (path.startsWith('~/')) return "'~' is not expanded here; write your home folder in full.";
  const decoded = decodePercent(path);
  if (decoded !== path && exists(decoded)) {
    return `Percent signs are not decoded here; did you mean '${decoded}'?`;
  }
  return null;
}

function decodePercent(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Finds the first missing name on the way down, and the entry beside it that is most like it. */
function nearestPath(fileSystem: FileSystem, asWritten: string, resolved: string): string {
  const names = resolved.split('/');
  let missing = names.length - 1;
  while (missing > 1 && fileSystem.stat(names.slice(0, missing).join('/') || '/') === null) {
    missing--;
  }
  const folder = names.slice(0, missing).join('/') || '/';
  const status = fileSystem.stat(folder);
  if (status?.kind === 'file') return `\n'${folder}' is a file, not a folder.`;
  if (status?.kind !== 'folder') return '';
  const candidates = fileSystem
    .list(folder)
    .map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
    .filter((name) => !/^[_.]/.test(name));
  const nearest = closestName(names[missing]!, candidates);
  if (nearest !== null) {
    const rest = names.slice(missing + 1);
    const whole = [folder === '/' ? '' : folder, nearest, ...rest].join('/');
    const isWhole = fileSystem.stat(whole) !== null;
    const written = isWhole ? inTheUsersWords(asWritten, names[missing]!, nearest) : null;
    return `\nDid you mean '${written ?? (isWhole ? whole : `${folder}/${nearest}`)}'?`;
  }
  const isRelative = !/^([A-Za-z][A-Za-z0-9+.-]*:)?\//.test(asWritten);
  return isRelative ? `\nIt was looked for as '${resolved}'.` : '';
}

/** The path as written with one of its names replaced, if that name occurs in it. */
function inTheUsersWords(asWritten: string, wrong: string, right: string): string | null {
  const names = asWritten.split('/');
  const index = names.lastIndexOf(wrong);
  return index < 0 ? null : names.with(index, right).join('/');
}
