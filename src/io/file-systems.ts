// Which file system serves a path, by its URL scheme. Runs on the driver and in workers.
import { UsageError } from '../errors.js';
import type { FileSystem } from './file-system.js';
import { LocalFileSystem } from './local-file-system.js';

/** Which file system serves which scheme. */
export class FileSystemRegistry {
  readonly #byScheme = new Map<string, FileSystem>();

  constructor(fileSystems: readonly FileSystem[]) {
    for (const fileSystem of fileSystems) this.register(fileSystem);
  }

  register(fileSystem: FileSystem): void {
    this.#byScheme.set(fileSystem.scheme, fileSystem);
  }

  /** The file system of a path or URL; a path without a scheme is local. */
  for(path: string): FileSystem {
    const scheme = schemeOf(path) ?? 'file';
    const found = this.#byScheme.get(scheme);
    if (found !== undefined) return found;
    const known = [...this.#byScheme.keys()].map((name) => `${name}:`).join(', ');
    throw new UsageError(
      'IO-105',
      `Cannot open '${path}': there is no file system for scheme "${scheme}". ` +
        `Available: ${known}. Copy the data to a local folder, or mount it, and give that path.`,
      { details: { path, scheme } },
    );
  }
}

/** A scheme counts only before a slash, so that `a:b.txt` is a name; `file:` always does. */
function schemeOf(path: string): string | null {
  const found = /^([A-Za-z][A-Za-z0-9+.-]*):(?=\/)|^(file):/.exec(path);
  return (found?.[1] ?? found?.[2])?.toLowerCase() ?? null;
}

/** The file systems of this thread. */
export const fileSystems = new FileSystemRegistry([new LocalFileSystem()]);
