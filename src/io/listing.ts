// Which files an input path means, by the rules of Hadoop's FileInputFormat. Runs on the driver;
// knows file systems and names, never opens a file.
import { UsageError } from '../errors.js';
import { codecOfPath } from './codec.js';
import { type FileSystem, notAFileError, type PathStatus } from './file-system.js';
import { type FileSystemRegistry, fileSystems } from './file-systems.js';
import { compileName, expandBraces, isPattern, splitPathList, unescapePath } from './glob.js';
import { explainMissing } from './missing-path.js';
import type { FileFormat, FileStatus } from './split.js';

/**
 * The files that `paths` names: a path, a folder (its files, one level deep), a pattern, or several
 * separated by commas, in that order. Files of a folder or pattern come sorted by path. Names that
 * begin with `_` or `.` are not seen. Whole-file formats pass over sub-folders, the others refuse them.
 */
export function listInputFiles(
  paths: string,
  format: FileFormat = { kind: 'text' },
  registry: FileSystemRegistry = fileSystems,
): FileStatus[] {
  const found: FileStatus[] = [];
  const failures: UsageError[] = [];
  for (const path of splitPathList(paths)) {
    if (path.trim() === '') throw emptyPathError(paths);
    const fileSystem = registry.for(path);
    const matches = isPattern(path)
      ? matchPattern(fileSystem, path)
      : matchPath(fileSystem, path, failures);
    for (const match of matches) addFiles(fileSystem, match, format, found);
  }
  if (failures.length > 0) throw joinFailures(failures);
  if (readsByEnding(format)) for (const file of found) codecOfPath(file.path);
  return found;
}

/** The paths that a pattern matches, folders included, sorted; hidden last names are left out. */
export function expandGlob(fileSystem: FileSystem, pattern: string): PathStatus[] {
  const byPath = new Map<string, PathStatus>();
  for (const simple of expandBraces(pattern)) {
    for (const status of matchNames(fileSystem, simple)) byPath.set(status.path, status);
  }
  return [...byPath.values()]
    .filter((status) => !isHidden(status.path))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether input listing passes over a path because of its last name. */
export function isHidden(path: string): boolean {
  return /^[_.]/.test(path.slice(path.lastIndexOf('/') + 1));
}

function readsByEnding(format: FileFormat): boolean {
  return format.kind === 'text' || format.kind === 'whole-text';
}

function matchPath(fileSystem: FileSystem, path: string, failures: UsageError[]): PathStatus[] {
  const resolved = fileSystem.resolve(unescapePath(path));
  const status = fileSystem.stat(resolved);
  if (status !== null && !isHidden(resolved)) return [status];
  const why = explainMissing(fileSystem, path, resolved, status !== null);
  failures.push(
    new UsageError('IO-101', `Input path does not exist: ${path}${why}`, { details: { path } }),
  );
  return [];
}

function matchPattern(fileSystem: FileSystem, pattern: string): PathStatus[] {
  const matches = expandGlob(fileSystem, pattern);
  if (matches.length > 0) return matches;
  const literal = fileSystem.resolve(pattern);
  const hint =
    fileSystem.stat(literal) === null
      ? ''
      : `\nA file of exactly that name exists; to mean it, write ` +
        `'${pattern.replace(/[*?[\]{}]/g, '\\$&')}' (in a string literal, two backslashes).`;
  throw new UsageError('IO-102', `Input Pattern ${pattern} matches 0 files.${hint}`, {
    details: { pattern },
  });
}

/** Walks a pattern name by name, from its fixed beginning on. */
function matchNames(fileSystem: FileSystem, pattern: string): PathStatus[] {
  const names = pattern.split('/');
  const firstPattern = names.findIndex(isPattern);
  if (firstPattern < 0) {
    const status = fileSystem.stat(fileSystem.resolve(unescapePath(pattern)));
    return status === null ? [] : [status];
  }
  const fixed = names.slice(0, firstPattern).join('/');
  const root = fixed === '' && firstPattern > 0 ? '/' : unescapePath(fixed);
  let folders: string[] = [fileSystem.resolve(root)];
  let matches: PathStatus[] = [];
  for (const name of names.slice(firstPattern).filter((part) => part !== '')) {
    matches = folders.flatMap((folder) => matchName(fileSystem, folder, name));
    folders = matches.map((status) => status.path);
  }
  return matches;
}

function matchName(fileSystem: FileSystem, folder: string, name: string): PathStatus[] {
  if (!isPattern(name)) {
    const status = fileSystem.stat(fileSystem.resolve(`${folder}/${unescapePath(name)}`));
    return status === null ? [] : [status];
  }
  if (fileSystem.stat(folder)?.kind !== 'folder') return [];
  const expression = compileName(name);
  return fileSystem
    .list(folder)
    .filter(({ path }) => expression.test(path.slice(path.lastIndexOf('/') + 1)));
}

function addFiles(
  fileSystem: FileSystem,
  status: PathStatus,
  format: FileFormat,
  found: FileStatus[],
): void {
  if (status.kind !== 'folder') {
    found.push(toFile(status));
    return;
  }
  for (const entry of fileSystem.list(status.path)) {
    if (isHidden(entry.path)) continue;
    if (entry.kind !== 'folder') found.push(toFile(entry));
    else if (format.kind !== 'whole-text' && format.kind !== 'binary-files') {
      throw nestedFolderError(entry.path, status.path);
    }
  }
}

function toFile(status: PathStatus): FileStatus {
  if (status.kind !== 'file') throw notAFileError(status.path, status.kind);
  const { path, sizeBytes, modifiedMs } = status;
  return { path, sizeBytes, modifiedMs };
}

function nestedFolderError(inner: string, outer: string): UsageError {
  return new UsageError(
    'IO-103',
    `Cannot read the folder '${outer}': it holds the folder '${inner}', and folders are read one level deep. ` +
      `Use a pattern such as '${outer}/*' to read the files of both, or '${outer}/*.txt' for some of them.`,
    { details: { path: inner, folder: outer } },
  );
}

function emptyPathError(paths: string): UsageError {
  const where = paths.trim() === '' ? 'The input path is empty' : `'${paths}' holds an empty path`;
  return new UsageError(
    'IO-106',
    `${where}. Give a file, a folder or a pattern; several are separated by single commas.`,
    { details: { paths } },
  );
}

/** One error for several missing paths, so that all can be mended at once. */
function joinFailures(failures: readonly UsageError[]): UsageError {
  if (failures.length === 1) return failures[0]!;
  const text = failures.map(({ message, code }) => message.slice(code.length + 3)).join('\n');
  return new UsageError('IO-101', text, {
    details: { paths: failures.map(({ details }) => details.path) },
  });
}
