// What arrives from the executor for one task, by what its stage says the frames mean. Blocks are read as they are
// asked for; what a task needs whole (map outputs, partitions side by side) is read first.
import { blockPages } from '../../blocks/codec.js';
import { type StoredSegments, storedSegmentPages } from '../../blocks/stored.js';
import { InternalError } from '../../errors.js';
import type { FileFormat, FileSplit } from '../../io/split.js';
import type { Source } from '../../plan/source.js';
import type { SpillFolder } from '../../plan/spill/spill-folder.js';
import { inputKey, type ShuffleOutputs, type TaskInputs } from '../../plan/stage.js';
import type { StageInput } from '../command.js';
import { BLOCK_HEAD_BYTES, type BlockHead, readBlockHead } from '../frames.js';
import { END_OF_DATA_SECTION, NULL_RECORD } from '../worker-protocol.js';
import { Arrivals } from './arrivals.js';
import type { BlockingReader } from './blocking-stream.js';
import { recordsOfFile } from './whole-files.js';

const LINES_A_PAGE = 1024;

interface ArrivedBlock extends BlockHead {
  readonly stored: StoredSegments;
}

export interface IncomingOptions {
  readonly reader: BlockingReader;
  readonly input: StageInput;
  readonly partition: number;
  /** The task's files. */
  readonly folder: SpillFolder;
  /** Most bytes of blocks that are held in memory. */
  readonly limitBytes: number;
}

export class Incoming {
  readonly inputs: TaskInputs;
  readonly #reader: BlockingReader;
  readonly #input: StageInput;
  readonly #partition: number;
  readonly #splits = new Map<string, FileSplit>();
  /** Blocks that were read ahead, by node. */
  readonly #held = new Map<number, StoredSegments[]>();
  readonly #folder: SpillFolder;
  readonly #arrivals: Arrivals;
  #outputs: StoredSegments[] = [];
  #hasEnded = false;

  constructor(options: IncomingOptions) {
    this.#reader = options.reader;
    this.#input = options.input;
    this.#partition = options.partition;
    this.#folder = options.folder;
    this.#arrivals = new Arrivals(options);
    this.inputs = { blocks: new Map(), splits: this.#splits };
  }

  /** Whether everything that was sent has been read: only then can the connection be used for another task. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Reads what the task needs before it begins. */
  prepare(): void {
    try {
      this.#prepare(this.#input);
    } finally {
      this.#arrivals.close();
    }
  }

  #prepare(input: StageInput): void {
    switch (input.kind) {
      case 'split': {
        const split = JSON.parse(this.#reader.utf8(this.#frame())) as FileSplit;
        this.#splits.set(inputKey(input.node, this.#partition), split);
        return;
      }
      case 'side-by-side':
        for (const node of input.nodes) this.#held.set(node, [this.#block(this.#frame()).stored]);
        return;
      case 'shuffle':
        this.#outputs = this.#allInOrder().map(({ stored }) => stored);
        return;
      case 'sides': {
        const arrived = this.#allInOrder();
        for (const [side, node] of input.nodes.entries()) {
          const blocks = arrived.filter((each) => each.side === side);
          this.#held.set(
            node,
            blocks.map(({ stored }) => stored),
          );
        }
        return;
      }
      case 'none':
      case 'blocks':
      case 'lines':
      case 'hadoop':
      case 'whole-files':
    }
  }

  /** The source of a node whose data arrives; null where it comes from elsewhere. */
  source(node: number): Source | null {
    const held = this.#held.get(node);
    if (held !== undefined) return { kind: 'pages', value: this.#heldPages(held) };
    const input = this.#input;
    switch (input.kind) {
      case 'blocks':
        return input.node === node ? { kind: 'pages', value: this.#blockPages() } : null;
      case 'lines':
        return input.node === node ? { kind: 'pages', value: this.#lines() } : null;
      case 'hadoop':
        return input.node === node ? { kind: 'pages', value: this.#records(input.record) } : null;
      case 'whole-files':
        return input.node === node ? { kind: 'pages', value: this.#files(input.format) } : null;
      default:
        return null;
    }
  }

  shuffle(shuffleId: number): ShuffleOutputs {
    return { shuffleId, outputs: this.#outputs };
  }

  /** Reads what is left; true if the executor has ended the data as it should. */
  drain(): boolean {
    if (this.#hasEnded) return true;
    const isShort = ['none', 'split', 'side-by-side'].includes(this.#input.kind);
    // More than a little is cheaper to drop with the connection.
    return isShort && this.#next() === null;
  }

  /** Length of the next frame, null at the end. */
  #next(): number | null {
    if (this.#hasEnded) return null;
    const length = this.#reader.int();
    if (length >= 0 || length === NULL_RECORD) return length;
    if (length !== END_OF_DATA_SECTION)
      throw new InternalError('INTERNAL-901', `Spark sent a frame of the length ${length}`);
    this.#hasEnded = true;
    return null;
  }

  #frame(): number {
    const length = this.#next();
    if (length === null || length < 0)
      throw new InternalError(
        'INTERNAL-901',
        `Spark sent no data for partition ${this.#partition}`,
      );
    return length;
  }

  #head(): BlockHead {
    return readBlockHead(this.#reader.bytes(BLOCK_HEAD_BYTES));
  }

  #block(length: number): ArrivedBlock {
    const head = this.#head();
    return { ...head, stored: this.#arrivals.take(length - BLOCK_HEAD_BYTES, head.count) };
  }

  /** All blocks, in the order of the tasks that wrote them: the order in which they come differs from run to run. */
  #allInOrder(): ArrivedBlock[] {
    const arrived: ArrivedBlock[] = [];
    for (let length = this.#next(); length !== null; length = this.#next())
      arrived.push(this.#block(length));
    return arrived.sort((a, b) => a.map - b.map || a.piece - b.piece);
  }

  *#blockPages(): Generator<unknown[]> {
    for (let length = this.#next(); length !== null; length = this.#next()) {
      const { count } = this.#head();
      const byteLength = length - BLOCK_HEAD_BYTES;
      const buffer = new SharedArrayBuffer(byteLength);
      this.#reader.into(new Uint8Array(buffer));
      yield* blockPages<unknown>({ buffer, byteLength, count });
    }
  }

  *#heldPages(held: readonly StoredSegments[]): Generator<unknown[]> {
    for (const stored of held) yield* storedSegmentPages<unknown>(stored, this.#partition);
  }

  *#files(format: Exclude<FileFormat, { kind: 'text' }>): Generator<unknown[]> {
    for (let length = this.#next(); length !== null; length = this.#next()) {
      const url = this.#reader.utf8(length);
      const sizeBytes = this.#frame();
      yield* recordsOfFile(this.#reader, { url, sizeBytes }, format, this.#folder);
    }
  }

  *#lines(): Generator<unknown[]> {
    let page: (string | null)[] = [];
    for (let length = this.#next(); length !== null; length = this.#next()) {
      page.push(length === NULL_RECORD ? null : this.#reader.utf8(length));
      if (page.length < LINES_A_PAGE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  *#records(record: 'text-pair' | 'bytes-pair' | 'bytes'): Generator<unknown[]> {
    for (let length = this.#next(); length !== null; length = this.#next()) {
      if (record === 'bytes') {
        yield [new Uint8Array(this.#reader.bytes(length))];
        continue;
      }
      const path = this.#reader.utf8(length);
      const size = this.#frame();
      const content =
        record === 'text-pair' ? this.#reader.utf8(size) : new Uint8Array(this.#reader.bytes(size));
      yield [[path, content]];
    }
  }
}
