// Writes pairs as a Hadoop SequenceFile: record by record, or in blocks if compressed. Runs in workers, synchronously.
import { ByteOutput } from './byte-output.js';
import { requireWritable, type WritableCodec } from './codec.js';
import { PartFile, type TaskWriter, type TaskWriterOptions } from './part-file.js';
import { encodeHeader, ESCAPE, makeMark } from './sequence-file-header.js';
import { encodeWritable, pairOf, type WritableName } from './writables.js';

/** As Hadoop: a sync mark after so many bytes, a block of so many. */
const MARK_INTERVAL_BYTES = 100 * 1024;
const BLOCK_BYTES = 1_000_000;
/** Records are handed to the file in pieces of about this size. */
const FLUSH_BYTES = 64 * 1024;

export interface PairClasses {
  readonly keyClass: WritableName;
  readonly valueClass: WritableName;
}

export class SequenceFileWriter implements TaskWriter {
  readonly #file: PartFile;
  readonly #classes: PairClasses;
  readonly #mark = makeMark();
  readonly #records: RecordPart;
  #output = new ByteOutput();
  bytesWritten = 0;
  recordsWritten = 0;

  constructor(options: TaskWriterOptions, classes: PairClasses) {
    const codec = requireWritable(options.codec);
    // The file says how it is compressed; its name does not.
    this.#file = new PartFile(options, 'none');
    this.#classes = classes;
    this.#output.bytes(encodeHeader({ ...classes, codec, mark: this.#mark }));
    this.#records =
      codec === 'none'
        ? new PlainRecords(this.#mark, this.#output.length)
        : new CompressedBlocks(this.#mark, codec);
  }

  write(record: unknown): void {
    const [key, value] = pairOf(record);
    this.#records.write(this.#classes, key, value, this.#output);
    this.recordsWritten++;
    if (this.#output.length >= FLUSH_BYTES) this.#flush();
  }

  commit(): void {
    this.#records.finish(this.#output);
    this.#flush();
    this.#file.commit();
  }

  abort(): void {
    this.#file.abort();
  }

  #flush(): void {
    const bytes = this.#output.view();
    this.#file.write(bytes);
    this.bytesWritten += bytes.length;
    this.#output.clear();
  }
}

/** How records follow the header. */
interface RecordPart {
  write(classes: PairClasses, key: unknown, value: unknown, output: ByteOutput): void;
  finish(output: ByteOutput): void;
}

class PlainRecords implements RecordPart {
  readonly #mark: Buffer;
  readonly #pair = new ByteOutput();
  #bytesSinceMark: number;

  constructor(mark: Buffer, headerBytes: number) {
    this.#mark = mark;
    this.#bytesSinceMark = headerBytes;
  }

  write(classes: PairClasses, key: unknown, value: unknown, output: ByteOutput): void {
    const pair = this.#pair;
    pair.clear();
    encodeWritable(classes.keyClass, key, pair);
    const keyBytes = pair.length;
    encodeWritable(classes.valueClass, value, pair);
    const before = output.length;
    if (this.#bytesSinceMark >= MARK_INTERVAL_BYTES) {
      output.int32(ESCAPE);
      output.bytes(this.#mark);
      this.#bytesSinceMark = 0;
    }
    output.int32(pair.length);
    output.int32(keyBytes);
    output.bytes(pair.view());
    this.#bytesSinceMark += output.length - before;
  }

  finish(): void {}
}

class CompressedBlocks implements RecordPart {
  readonly #mark: Buffer;
  readonly #codec: WritableCodec;
  readonly #keyLengths = new ByteOutput();
  readonly #keys = new ByteOutput();
  readonly #valueLengths = new ByteOutput();
  readonly #values = new ByteOutput();
  #count = 0;

  constructor(mark: Buffer, codec: WritableCodec) {
    this.#mark = mark;
    this.#codec = codec;
  }

  write(classes: PairClasses, key: unknown, value: unknown, output: ByteOutput): void {
    append(classes.keyClass, key, this.#keys, this.#keyLengths);
    append(classes.valueClass, value, this.#values, this.#valueLengths);
    this.#count++;
    if (this.#keys.length + this.#values.length >= BLOCK_BYTES) this.finish(output);
  }

  finish(output: ByteOutput): void {
    if (this.#count === 0) return;
    output.int32(ESCAPE);
    output.bytes(this.#mark);
    output.vint(this.#count);
    for (const part of [this.#keyLengths, this.#keys, this.#valueLengths, this.#values]) {
      const compressed = compress(this.#codec, part.view());
      output.vint(compressed.length);
      output.bytes(compressed);
      part.clear();
    }
    this.#count = 0;
  }
}

function append(name: WritableName, value: unknown, values: ByteOutput, lengths: ByteOutput): void {
  const before = values.length;
  encodeWritable(name, value, values);
  lengths.vint(values.length - before);
}

function compress(codec: WritableCodec, bytes: Buffer): Buffer {
  // Loaded when needed, to keep the start of a worker short.
  const zlib = process.getBuiltinModule('node:zlib');
  return codec === 'gzip' ? zlib.gzipSync(bytes) : zlib.deflateSync(bytes);
}
