// Keeps cached partitions and shuffle outputs within a budget of shared memory: what was not used for longest
// is forgotten or moved to disk. Driver only; workers read what it hands out, so readers pin.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from './private-folder.js';
import { LostDataError } from '../errors.js';
import type { Block, DiskBlock, SegmentedBlock, StoredBlock } from './block.js';
import { unwritableFolder } from './disk.js';
import {
  type DiskSegments,
  type StoredSegments,
  withSpilled,
  writeDiskBlock,
  writeDiskSegments,
} from './stored.js';

export type { StoredSegments } from './stored.js';

/**
 * What becomes of a block when memory runs out: `drop` forgets it, `spill` moves it to disk; `disk`
 * puts it there at once.
 */
export type BlockPolicy = 'drop' | 'spill' | 'disk';

export interface BlockStoreOptions {
  /** Bytes of shared memory that may be held; pinned blocks may exceed it. */
  readonly budgetBytes: number;
  /** Below which folder files go; asked for when the first is written, made where it is missing. */
  readonly directory: () => string;
  /** Takes back the memory of a block that nobody reads any more. */
  readonly release: (buffer: SharedArrayBuffer) => void;
  /** Told of every change of `usedBytes`. */
  readonly onUse?: (gainedBytes: number) => void;
  /** A block was forgotten to make room, or lost. */
  readonly onEvict?: (key: string) => void;
  /** A block or its segments moved to disk: what `get` returned before is not valid any more. */
  readonly onMove?: (key: string) => void;
  /** Called before a block is written to disk; what it throws is as if the disk had failed. */
  readonly beforeWrite?: (key: string) => void;
}

type Content =
  | { readonly kind: 'block'; readonly stored: StoredBlock }
  | {
      readonly kind: 'segments';
      readonly stored: Exclude<StoredSegments, { kind: 'parts' }>;
      /** Files of what came before it. */
      readonly spilled: readonly DiskSegments[];
    };

interface Entry {
  content: Content;
  readonly policy: BlockPolicy;
}

/**
 * Blocks by key. The store owns the buffer of a block from `put` on, also where `put` fails.
 * `pin` before handing a block to a reader and `unpin` when it is done: until then its memory or
 * file stays, whatever is put, evicted or removed. Pins count by key.
 */
export class BlockStore {
  readonly #options: BlockStoreOptions;
  /** By key, the one used longest ago first. */
  readonly #entries = new Map<string, Entry>();
  readonly #pins = new Map<string, number>();
  /** By key: removed while pinned, to be disposed of at the last unpin. */
  readonly #awaiting = new Map<string, Content[]>();
  #usedBytes = 0;
  #folder: string | null = null;
  #nextFile = 0;
  #isClosed = false;

  constructor(options: BlockStoreOptions) {
    this.#options = options;
  }

  /** Bytes of shared memory held, with what waits for its last unpin. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Stores a block in place of what was there. Throws LostDataError BLOCK-501, then it is not stored. */
  put(key: string, block: Block, policy: BlockPolicy): void {
    this.#put(key, { kind: 'block', stored: { kind: 'memory', block } }, policy);
  }

  /** Takes over a block that is in a file already, and the file with it. */
  putFile(key: string, block: DiskBlock): void {
    this.#put(key, { kind: 'block', stored: { kind: 'disk', block } }, 'spill');
  }

  /**
   * Stores the output of a map task; it moves to disk when memory runs out. `spilled` are files of what
   * came before it, which are taken over. Throws as `put`.
   */
  putSegments(key: string, block: SegmentedBlock, spilled: readonly DiskSegments[] = []): void {
    this.#put(key, { kind: 'segments', stored: { kind: 'memory', block }, spilled }, 'spill');
  }

  /** Where the block is now, or undefined. Counts as a use. */
  get(key: string): StoredBlock | undefined {
    const content = this.#use(key);
    return content?.kind === 'block' ? content.stored : undefined;
  }

  /** Where the segments are now, or undefined. Counts as a use. */
  getSegments(key: string): StoredSegments | undefined {
    const content = this.#use(key);
    if (content?.kind !== 'segments') return undefined;
    return withSpilled(content.stored, content.spilled);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** What a block takes where it is now; 0 and 0 where there is none. Does not count as a use. */
  sizeOf(key: string): { readonly memoryBytes: number; readonly diskBytes: number } {
    const content = this.#entries.get(key)?.content;
    if (content === undefined) return { memoryBytes: 0, diskBytes: 0 };
    const { stored } = content;
    const diskBytes = stored.kind === 'disk' ? stored.block.byteLength : 0;
    return { memoryBytes: memoryOf(content), diskBytes };
  }

  /** The keys, the one used longest ago first. */
  keys(): IterableIterator<string> {
    return this.#entries.keys();
  }

  /** Forgets a block; false if there is none. */
  remove(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    this.#discard(key, entry.content);
    return true;
  }

  /** As if the block had been forgotten to make room, whatever its policy: it has to be made again. */
  lose(key: string): void {
    if (this.remove(key)) this.#options.onEvict?.(key);
  }

  /** Loses the block whose file could not be read, and with it all whose files are gone or cut short. */
  loseFile(path: string): void {
    for (const [key, { content }] of [...this.#entries]) {
      const isLost = filesOf(content).some(
        (file) => file.path === path || sizeOf(file.path) !== file.byteLength,
      );
      if (isLost) this.lose(key);
    }
  }

  /** Keeps a block where it is until the matching `unpin`. Does nothing without a block. */
  pin(key: string): void {
    if (this.#entries.has(key)) this.#pins.set(key, (this.#pins.get(key) ?? 0) + 1);
  }

  unpin(key: string): void {
    const pins = this.#pins.get(key);
    if (pins === undefined) return;
    if (pins > 1) {
      this.#pins.set(key, pins - 1);
      return;
    }
    this.#pins.delete(key);
    for (const content of this.#awaiting.get(key) ?? []) this.#dispose(content);
    this.#awaiting.delete(key);
    this.#tryMakeRoom();
  }

  /** Forgets everything, pinned or not, and removes all files. Later puts are ignored. */
  close(): void {
    this.#isClosed = true;
    for (const entry of this.#entries.values()) this.#dispose(entry.content);
    for (const content of [...this.#awaiting.values()].flat()) this.#dispose(content);
    this.#entries.clear();
    this.#awaiting.clear();
    this.#pins.clear();
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }

  #put(key: string, content: Content, policy: BlockPolicy): void {
    this.#addUsed(memoryOf(content));
    if (this.#isClosed) {
      this.#dispose(content);
      return;
    }
    this.remove(key);
    const entry: Entry = { content, policy };
    this.#entries.set(key, entry);
    try {
      // A block that would not fit alone must not push out all others first.
      if (policy === 'disk' || memoryOf(content) > this.#options.budgetBytes) {
        this.#evict(key, entry);
      }
      this.#makeRoom();
    } catch (error) {
      this.remove(key);
      throw error;
    }
  }

  #addUsed(bytes: number): void {
    this.#usedBytes += bytes;
    this.#options.onUse?.(bytes);
  }

  #use(key: string): Content | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    // A Map iterates by insertion: the key goes to the end.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.content;
  }

  #makeRoom(): void {
    if (this.#usedBytes <= this.#options.budgetBytes) return;
    for (const [key, entry] of this.#entries) {
      if (memoryOf(entry.content) > 0 && !this.#pins.has(key)) this.#evict(key, entry);
      if (this.#usedBytes <= this.#options.budgetBytes) return;
    }
  }

  // After an unpin there is no one to tell of a full disk; the next `put` will.
  #tryMakeRoom(): void {
    try {
      this.#makeRoom();
    } catch (error) {
      if (!(error instanceof LostDataError)) throw error;
    }
  }

  #evict(key: string, entry: Entry): void {
    const { content } = entry;
    if (entry.policy === 'drop') {
      this.lose(key);
      return;
    }
    entry.content = this.#written(key, content);
    // The files of what came before stay with the entry.
    this.#discard(key, content.kind === 'segments' ? { ...content, spilled: [] } : content);
    this.#options.onMove?.(key);
  }

  #written(key: string, content: Content): Content {
    this.#options.beforeWrite?.(key);
    const path = this.#newFile();
    const { block } = content.stored;
    if (content.kind === 'block') {
      return {
        kind: 'block',
        stored: { kind: 'disk', block: writeDiskBlock(path, block as Block) },
      };
    }
    const segments = writeDiskSegments(path, block as SegmentedBlock);
    return { ...content, stored: { kind: 'disk', block: segments } };
  }

  #newFile(): string {
    if (this.#folder === null) {
      let parent = 'spark.local.dir';
      try {
        parent = this.#options.directory();
        makePrivateFolder(parent);
        // mkdtemp makes folders that only their owner can enter.
        this.#folder = mkdtempSync(join(parent, 'blocks-'));
      } catch (error) {
        throw unwritableFolder(parent, error);
      }
    }
    return join(this.#folder, `${this.#nextFile++}.block`);
  }

  /** Disposes of content that left its entry, as soon as nobody reads it. */
  #discard(key: string, content: Content): void {
    if (!this.#pins.has(key)) {
      this.#dispose(content);
      return;
    }
    const awaiting = this.#awaiting.get(key);
    if (awaiting === undefined) this.#awaiting.set(key, [content]);
    else awaiting.push(content);
  }

  #dispose(content: Content): void {
    const { stored } = content;
    if (content.kind === 'segments')
      for (const { path } of content.spilled) rmSync(path, { force: true });
    if (stored.kind === 'memory') {
      this.#addUsed(-memoryOf(content));
      this.#options.release(stored.block.buffer);
    } else {
      rmSync((stored.block as DiskBlock | DiskSegments).path, { force: true });
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

/** Pooled buffers are larger than what is in them, and it is the buffer that counts. */
function memoryOf(content: Content): number {
  return content.stored.kind === 'memory' ? content.stored.block.buffer.byteLength : 0;
}

function filesOf(content: Content): readonly (DiskBlock | DiskSegments)[] {
  const own = content.stored.kind === 'disk' ? [content.stored.block] : [];
  return content.kind === 'segments' ? [...own, ...content.spilled] : own;
}
