import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FileSystem, PathStatus } from '#dist/io/file-system.js';
import { FileSystemRegistry, fileSystems } from '#dist/io/file-systems.js';
import { listInputFiles } from '#dist/io/listing.js';
import { LocalFileSystem } from '#dist/io/local-file-system.js';
import { fixtures, makeFolder } from './folders.js';

describe('the file system of a path', () => {
  it('is the local one for paths and file URLs, colons in names or not', () => {
    for (const path of ['a', '/a/b', 'a:b.txt', 'file:/a', 'FILE:///a', 'file:a']) {
      expect(fileSystems.for(path).scheme).toBe('file');
    }
    const local = fileSystems.for('/');
    expect(['/a/../b/', 'file:///a', 'file:/a', 'a:b'].map((path) => local.resolve(path))).toEqual([
      '/b',
      '/a',
      '/a',
      `${process.cwd()}/a:b`,
    ]);
  });

  it('can be one that was registered for its scheme', () => {
    const registry = new FileSystemRegistry([new LocalFileSystem(), new MemoryFileSystem()]);
    expect(listInputFiles('mem://d/*.txt,mem://d/b.log', { kind: 'text' }, registry)).toEqual([
      { path: 'mem://d/a.txt', sizeBytes: 1, modifiedMs: 0 },
      { path: 'mem://d/b.log', sizeBytes: 2, modifiedMs: 0 },
    ]);
    expect(() => listInputFiles('mem://d/a.log', { kind: 'text' }, registry)).toThrow(
      "Input path does not exist: mem://d/a.log\nDid you mean 'mem://d/b.log'?",
    );
  });
});

/** Two files in one folder; what listing needs of a file system that is not local. */
class MemoryFileSystem implements FileSystem {
  readonly scheme = 'mem';
  readonly #entries: PathStatus[] = [
    { path: 'mem://d', kind: 'folder', sizeBytes: 0, modifiedMs: 0 },
    { path: 'mem://d/a.txt', kind: 'file', sizeBytes: 1, modifiedMs: 0 },
    { path: 'mem://d/b.log', kind: 'file', sizeBytes: 2, modifiedMs: 0 },
  ];

  resolve(path: string): string {
    return path;
  }

  toUrl(path: string): string {
    return path;
  }

  stat(path: string): PathStatus | null {
    return this.#entries.find((entry) => entry.path === path) ?? null;
  }

  list(folder: string): PathStatus[] {
    return this.#entries.filter((entry) => entry.path.startsWith(`${folder}/`));
  }

  openRead = refuse;
  openWrite = refuse;
  mkdirs = refuse;
  rename = refuse;
  remove = refuse;
}

function refuse(): never {
  throw new Error('listing opens and changes nothing');
}

describe('the local file system', () => {
  const local = new LocalFileSystem();

  it('reads at any position, and nothing behind the end', () => {
    const handle = local.openRead(`${fixtures}/words.txt`);
    const buffer = Buffer.alloc(8, '.');
    expect(handle.read(buffer, 2, 5, 4)).toBe(5);
    expect(buffer.toString()).toBe('..quick.');
    expect(handle.read(buffer, 0, 8, 52)).toBe(0);
    handle.close();
    handle.close();
  });

  it('does not open a folder, a device or what is not there', () => {
    expect(() => local.openRead(fixtures)).toThrow(/IO-103.*is a folder/);
    expect(() => local.openRead('/dev/zero')).toThrow(/IO-103.*not a regular file/);
    expect(() => local.openRead('/no/such')).toThrow(/IO-501.*gone/);
  });

  it('appends what is written, and moves, makes and removes', () => {
    const folder = makeFolder();
    expect(local.mkdirs(`${folder}/a/b`)).toBe(true);
    expect(local.mkdirs(`${folder}/a/b`)).toBe(false);
    const handle = local.openWrite(`${folder}/a/b/x`);
    handle.write(Buffer.from('one two'), 0, 3);
    handle.write(Buffer.from('one two'), 3, 4);
    handle.close();
    fs.writeFileSync(`${folder}/y`, 'replaced');
    local.rename(`${folder}/a/b/x`, `${folder}/y`);
    expect(fs.readFileSync(`${folder}/y`, 'utf8')).toBe('one two');
    local.remove(`${folder}/a`);
    local.remove(`${folder}/a`);
    expect(fs.readdirSync(folder)).toEqual(['y']);
  });
});
