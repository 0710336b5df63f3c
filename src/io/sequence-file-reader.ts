// Reads the pairs of a split of a Hadoop SequenceFile, from any sync mark on. Runs in workers, synchronously.
import { UsageError } from '../errors.js';
import { ByteInput, MalformedBytes, vintBytes } from './byte-input.js';
import { FileWindow } from './file-window.js';
import { ESCAPE, ESCAPE_BYTES, MAGIC, MARK_BYTES, VERSION } from './sequence-file-header.js';
import type { FileSplit } from './split.js';
import {
  decodeWritable,
  unknownWritable,
  writableOfClass,
  type WritableName,
} from './writables.js';

type Pair = [unknown, unknown];

/** Records of a chunk, unless they are a block. Few enough to be arguments of a call (`push(...chunk)`). */
const CHUNK_RECORDS = 1024;

const CODEC_BY_CLASS: Readonly<Record<string, 'gzip' | 'deflate'>> = {
  'org.apache.hadoop.io.compress.DefaultCodec': 'deflate',
  'org.apache.hadoop.io.compress.DeflateCodec': 'deflate',
  'org.apache.hadoop.io.compress.GzipCodec': 'gzip',
};

interface Header {
  readonly keyClass: WritableName;
  readonly valueClass: WritableName;
  readonly isBlocks: boolean;
  readonly codec: 'none' | 'gzip' | 'deflate';
  readonly mark: Buffer;
}

/**
 * Records up to the first sync mark that starts at or after the split's end belong to it, and those before its own
 * first mark to the split before.
 */
export class SequenceFileReader {
  readonly #split: FileSplit;
  readonly #file: FileWindow;
  readonly #header: Header;
  readonly #end: number;
  #isOver = false;

  constructor(split: FileSplit) {
    this.#split = split;
    this.#end = split.start + split.length;
    this.#file = new FileWindow(split.path);
    try {
      this.#header = this.#named(() => this.#readHeader());
      this.#enter();
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  get bytesRead(): number {
    return Math.max(0, this.#file.position - this.#split.start);
  }

  next(): Pair[] | null {
    return this.#named(() => (this.#header.isBlocks ? this.#readBlock() : this.#readRecords()));
  }

  close(): void {
    this.#file.close();
  }

  #readHeader(): Header {
    const magic = this.#file.take(MAGIC.length);
    if (magic === null || !magic.equals(MAGIC)) {
      throw new MalformedBytes('it does not begin as one, with the letters SEQ');
    }
    const version = this.#bytes(1)[0];
    if (version !== VERSION) {
      throw new MalformedBytes(`its version is ${version}, and tspark reads ${VERSION}`);
    }
    const keyClass = this.#readClass();
    const valueClass = this.#readClass();
    const isCompressed = this.#bytes(1)[0] !== 0;
    const isBlocks = this.#bytes(1)[0] !== 0;
    const codec = isCompressed ? this.#readCodec() : 'none';
    // Metadata: pairs of texts that mean nothing to the records.
    for (let texts = 2 * this.#bytes(4).readInt32BE(); texts > 0; texts--) this.#text();
    const mark = Buffer.from(this.#bytes(MARK_BYTES));
    return { keyClass, valueClass, isBlocks, codec, mark };
  }

  #readClass(): WritableName {
    const className = this.#text();
    const name = writableOfClass(className);
    if (name !== null) return name;
    throw unknownWritable(className, `The SequenceFile '${this.#split.path}'`);
  }

  #readCodec(): 'gzip' | 'deflate' {
    const className = this.#text();
    const codec = Object.hasOwn(CODEC_BY_CLASS, className) ? CODEC_BY_CLASS[className] : undefined;
    if (codec !== undefined) return codec;
    throw new UsageError(
      'IO-109',
      `Cannot read the SequenceFile '${this.#split.path}': it is compressed by ${className}, and tspark knows ` +
        'DefaultCodec, DeflateCodec and GzipCodec. Write it anew with one of these.',
      { details: { path: this.#split.path, codec: className } },
    );
  }

  /** Goes to the first record of the split. */
  #enter(): void {
    const headerEnd = this.#file.position;
    if (this.#split.start > headerEnd) {
      const from = this.#split.start + ESCAPE_BYTES;
      const mark = this.#file.find(this.#header.mark, from, this.#end + ESCAPE_BYTES);
      if (mark < 0) this.#isOver = true;
      else this.#file.seek(mark - ESCAPE_BYTES);
    }
    if (!this.#isOver && this.#file.position >= this.#end) this.#isOver = true;
  }

  #readRecords(): Pair[] | null {
    const pairs: Pair[] = [];
    while (pairs.length < CHUNK_RECORDS && !this.#isOver) {
      const pair = this.#readRecord();
      if (pair === null) this.#isOver = true;
      else pairs.push(pair);
    }
    return pairs.length === 0 ? null : pairs;
  }

  #readRecord(): Pair | null {
    const at = this.#file.position;
    if (this.#file.isAtEnd) return null;
    let length = this.#int32();
    if (length === ESCAPE) {
      this.#expectMark();
      if (at >= this.#end || this.#file.isAtEnd) return null;
      length = this.#int32();
    }
    const keyBytes = this.#int32();
    const record = new ByteInput(this.#bytes(length));
    const { keyClass, valueClass, codec } = this.#header;
    const key = decodeWritable(keyClass, new ByteInput(record.take(keyBytes)));
    // Only values are compressed, each by itself.
    const value = inflate(codec, record.take(record.left));
    return [key, decodeWritable(valueClass, new ByteInput(value))];
  }

  #readBlock(): Pair[] | null {
    while (!this.#isOver && !this.#file.isAtEnd && this.#file.position < this.#end) {
      const at = this.#file.position;
      if (this.#int32() !== ESCAPE) throw new MalformedBytes(`no block begins at byte ${at}`);
      this.#expectMark();
      if (this.#file.isAtEnd) return null;
      const count = this.#vint();
      const keys = this.#readPart(count, this.#header.keyClass);
      const values = this.#readPart(count, this.#header.valueClass);
      if (count > 0) return keys.map((key, i): Pair => [key, values[i]]);
    }
    return null;
  }

  /** Lengths and values of one side of a block. */
  #readPart(count: number, name: WritableName): unknown[] {
    const lengths = new ByteInput(inflate(this.#header.codec, this.#bytes(this.#vint())));
    const values = new ByteInput(inflate(this.#header.codec, this.#bytes(this.#vint())));
    const decoded: unknown[] = [];
    for (let i = 0; i < count; i++) {
      decoded.push(decodeWritable(name, new ByteInput(values.take(lengths.vint()))));
    }
    return decoded;
  }

  #expectMark(): void {
    const at = this.#file.position;
    if (!this.#bytes(MARK_BYTES).equals(this.#header.mark)) {
      throw new MalformedBytes(`there is no sync mark at byte ${at}`);
    }
  }

  #bytes(count: number): Buffer {
    const at = this.#file.position;
    const bytes = this.#file.take(count);
    if (bytes === null)
      throw new MalformedBytes(`it ends in the middle of what begins at byte ${at}`);
    return bytes;
  }

  #int32(): number {
    return this.#bytes(4).readInt32BE();
  }

  #vint(): number {
    const first = this.#bytes(1).readInt8();
    const count = vintBytes(first);
    return count === 0 ? first : this.#bytes(count).readUIntBE(0, count);
  }

  #text(): string {
    return this.#bytes(this.#vint()).toString('utf8');
  }

  /** Runs a step and names the file if its bytes are wrong. */
  #named<T>(step: () => T): T {
    try {
      return step();
    } catch (cause) {
      if (!(cause instanceof MalformedBytes)) throw cause;
      const { path } = this.#split;
      throw new UsageError('IO-110', `Cannot read '${path}' as a SequenceFile: ${cause.message}.`, {
        cause,
        details: { path },
      });
    }
  }
}

function inflate(codec: Header['codec'], bytes: Buffer): Buffer {
  if (codec === 'none') return bytes;
  const zlib = process.getBuiltinModule('node:zlib');
  try {
    return codec === 'gzip' ? zlib.gunzipSync(bytes) : zlib.inflateSync(bytes);
  } catch (cause) {
    throw new MalformedBytes(`compressed data are damaged (${(cause as Error).message})`);
  }
}
