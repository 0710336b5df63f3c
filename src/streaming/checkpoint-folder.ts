// The files of a checkpoint: descriptions as JSON and blocks as they are, each written whole or not at all
// (temporary file, fsync, rename). Driver only; knows nothing of streams.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import type { StoredBlock } from '../blocks/block.js';
import { makePrivateFolder } from '../blocks/private-folder.js';

/** A block in the folder. */
export interface BlockFile {
  readonly file: string;
  readonly count: number;
  readonly byteLength: number;
}

interface Description {
  /** Files of the blocks that it names. */
  readonly blocks: readonly string[];
}

/** Where in the folder of `ssc.checkpoint` the streams' own files are. */
export function streamingFolder(directory: string): string {
  return join(resolve(directory.replace(/^file:(\/\/)?/, '')), 'streaming');
}

const BLOCK = '.block';
const DESCRIPTION = '.json';

/** A second line tells a description that was damaged from one that says something else. */
function withChecksum(text: string): string {
  return `${text}\n${crc32(text).toString(16)}\n`;
}

function checked(text: string): string {
  const [first = '', sum] = text.split('\n');
  if (crc32(first).toString(16) !== sum) throw new RangeError('the checksum is wrong');
  return first;
}

function isBlockName(name: unknown): boolean {
  return typeof name === 'string' && /^[\w-]+\.block$/.test(name);
}

export class CheckpointFolder {
  readonly #folder: string;
  /** Which blocks each description needs; blocks that none needs any more are removed. */
  readonly #descriptions = new Map<string, readonly string[]>();
  /** Where a block was written before, so that it is written once. */
  readonly #written = new WeakMap<StoredBlock['block'], BlockFile>();
  /** Begins the names of this process's blocks. */
  readonly #session = `${Date.now().toString(36)}-${process.pid.toString(36)}`;
  #nextBlock = 0;

  /** Opens the folder, made if missing, and removes what a crash left half written. */
  constructor(folder: string) {
    this.#folder = folder;
    makePrivateFolder(folder);
    const names = readdirSync(folder);
    for (const name of names) {
      if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true });
      if (!name.endsWith(DESCRIPTION)) continue;
      const { blocks = [] } = this.#parse(name) ?? {};
      this.#descriptions.set(name, blocks);
    }
    const needed = this.#neededBlocks();
    for (const name of names) {
      if (name.endsWith(BLOCK) && !needed.has(name)) rmSync(join(folder, name), { force: true });
    }
  }

  /** The names of all descriptions, in order. */
  get names(): readonly string[] {
    return [...this.#descriptions.keys()].sort();
  }

  /** A description, null if it cannot be read. */
  read<T>(name: string): T | null {
    return this.#parse(name) as T | null;
  }

  /** Writes a description; `blocks` are the blocks that it names. */
  async write(name: string, description: object, blocks: readonly BlockFile[]): Promise<void> {
    const files = blocks.map((block) => block.file);
    const text = JSON.stringify({ ...description, blocks: files } satisfies Description);
    await this.#writeWhole(name, Buffer.from(withChecksum(text)));
    this.#descriptions.set(name, files);
  }

  /** Writes a block, once however often it is asked for. */
  async writeBlock(stored: StoredBlock): Promise<BlockFile> {
    const { block } = stored;
    const known = this.#written.get(block);
    if (known !== undefined) return known;
    const { count, byteLength } = block;
    const file = `${this.#session}-${this.#nextBlock++}${BLOCK}`;
    const bytes =
      'path' in block ? readFileSync(block.path) : new Uint8Array(block.buffer, 0, byteLength);
    await this.#writeWhole(file, bytes);
    const made = { file, count, byteLength };
    this.#written.set(block, made);
    return made;
  }

  /** A block in memory. Throws what reading throws. */
  readBlock(from: BlockFile): StoredBlock {
    if (!isBlockName(from.file)) throw new RangeError(`${String(from.file)} is no block of it`);
    const bytes = readFileSync(join(this.#folder, from.file));
    if (bytes.length !== from.byteLength) {
      throw new RangeError(`${from.file} has ${bytes.length} bytes instead of ${from.byteLength}`);
    }
    const buffer = new SharedArrayBuffer(bytes.length);
    new Uint8Array(buffer).set(bytes);
    const block = { buffer, byteLength: bytes.length, count: from.count };
    this.#written.set(block, from);
    return { kind: 'memory', block };
  }

  /** Removes descriptions, and the blocks that only these needed. */
  async remove(names: readonly string[]): Promise<void> {
    const candidates = new Set<string>();
    for (const name of names) {
      for (const block of this.#descriptions.get(name) ?? []) candidates.add(block);
      this.#descriptions.delete(name);
      await rm(join(this.#folder, name), { force: true });
    }
    const needed = this.#neededBlocks();
    for (const file of candidates) {
      if (!needed.has(file)) await rm(join(this.#folder, file), { force: true });
    }
  }

  #neededBlocks(): Set<string> {
    return new Set([...this.#descriptions.values()].flat());
  }

  #parse(name: string): Description | null {
    try {
      const text = readFileSync(join(this.#folder, name), 'utf8');
      const found = JSON.parse(checked(text)) as Description;
      // What a description from elsewhere names outside of the folder must be neither read nor removed.
      if (!Array.isArray(found.blocks) || !found.blocks.every(isBlockName)) return null;
      return found;
    } catch {
      return null;
    }
  }

  async #writeWhole(name: string, bytes: Uint8Array): Promise<void> {
    const temporary = join(this.#folder, `${name}.tmp`);
    try {
      await writeSafely(temporary, bytes);
      await rename(temporary, join(this.#folder, name));
    } catch (error) {
      // On a full disk half a file would be in the way of the next attempt.
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
  }
}

async function writeSafely(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    // A copy: files are not written from shared memory, which could change meanwhile.
    await file.writeFile(Buffer.from(bytes));
    await file.datasync();
  } finally {
    await file.close();
  }
}
