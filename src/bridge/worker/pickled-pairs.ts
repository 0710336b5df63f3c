// Records on their way into files of a Hadoop file system: the pairs that Hadoop's output formats take, in pickles,
// which are what Spark reads such pairs from. Lines are pairs of a text and None; SequenceFiles get the bytes of our
// own Writables, and object files are SequenceFiles of our own pages.
import { ByteOutput } from '../../io/byte-output.js';
import { pairLine } from '../../io/line-pair-writer.js';
import { ObjectBatches } from '../../io/object-batches.js';
import { makeMark } from '../../io/object-pages.js';
import type { OutputFormat } from '../../io/output-format.js';
import { recordText } from '../../io/record-text.js';
import { encodeWritable, pairOf, type WritableName } from '../../io/writables.js';
import type { RecordSink } from '../../plan/task-services.js';
import type { BlockingWriter } from './blocking-stream.js';

/** Pickles are sent at about this size. */
const PICKLE_BYTES = 64 * 1024;

/** Opcodes of protocol 3. */
const BEGIN = Buffer.from([0x80, 3, 0x5d, 0x28]); // protocol 3, empty list, mark
const END = Buffer.from([0x65, 0x2e]); // appends, stop
const NONE = Buffer.from([0x4e]);
const PAIR = Buffer.from([0x86]);
const TEXT = 0x58;
const BYTES = 0x42;

/** A list of pairs under way. */
class Pickle {
  readonly #writer: BlockingWriter;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(writer: BlockingWriter) {
    this.#writer = writer;
  }

  text(text: string): void {
    this.#sized(TEXT, Buffer.from(text));
  }

  bytes(bytes: Uint8Array): void {
    this.#sized(BYTES, bytes);
  }

  none(): void {
    this.#add(NONE);
  }

  endPair(): void {
    this.#add(PAIR);
    if (this.#bytes >= PICKLE_BYTES) this.send();
  }

  send(): void {
    if (this.#parts.length > 0) this.#writer.frame(BEGIN, ...this.#parts, END);
    this.#parts = [];
    this.#bytes = 0;
  }

  #sized(opcode: number, bytes: Uint8Array): void {
    const head = Buffer.allocUnsafe(5);
    head.writeUInt8(opcode, 0);
    head.writeUInt32LE(bytes.byteLength, 1);
    this.#add(head);
    this.#add(bytes);
  }

  #add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#bytes += bytes.byteLength;
  }
}

export function pickledPairs(writer: BlockingWriter, format: OutputFormat): RecordSink {
  const pickle = new Pickle(writer);
  if (format === 'text') return new LineSender(pickle, recordText);
  if (format === 'objects') return new PageSender(pickle);
  if (format.kind === 'sequence-file') return new WritableSender(pickle, format);
  const { separator } = format;
  return new LineSender(pickle, (record) => pairLine(record, separator));
}

class LineSender implements RecordSink {
  readonly #pickle: Pickle;
  readonly #lineOf: (record: unknown) => string | null;

  constructor(pickle: Pickle, lineOf: (record: unknown) => string | null) {
    this.#pickle = pickle;
    this.#lineOf = lineOf;
  }

  push(record: unknown): void {
    const line =
      record instanceof Uint8Array ? Buffer.from(record).toString() : this.#lineOf(record);
    if (line === null) return;
    this.#pickle.text(line);
    this.#pickle.none();
    this.#pickle.endPair();
  }

  finish(): void {
    this.#pickle.send();
  }
}

class WritableSender implements RecordSink {
  readonly #pickle: Pickle;
  readonly #classes: { readonly keyClass: WritableName; readonly valueClass: WritableName };

  constructor(
    pickle: Pickle,
    classes: { readonly keyClass: WritableName; readonly valueClass: WritableName },
  ) {
    this.#pickle = pickle;
    this.#classes = classes;
  }

  push(record: unknown): void {
    const [key, value] = pairOf(record);
    this.#pickle.bytes(writableBytes(this.#classes.keyClass, key));
    this.#pickle.bytes(writableBytes(this.#classes.valueClass, value));
    this.#pickle.endPair();
  }

  finish(): void {
    this.#pickle.send();
  }
}

function writableBytes(name: WritableName, value: unknown): Buffer {
  const output = new ByteOutput();
  encodeWritable(name, value, output);
  return output.view();
}

/** Pages of records under NullWritable. */
class PageSender implements RecordSink {
  readonly #pickle: Pickle;
  readonly #batches = new ObjectBatches(makeMark());

  constructor(pickle: Pickle) {
    this.#pickle = pickle;
  }

  push(record: unknown): void {
    this.#send(this.#batches.add(record));
  }

  finish(): void {
    this.#send(this.#batches.take());
    this.#pickle.send();
  }

  #send(page: Buffer | null): void {
    if (page === null) return;
    this.#pickle.bytes(writableBytes('NullWritable', null));
    this.#pickle.bytes(writableBytes('BytesWritable', page));
    this.#pickle.endPair();
  }
}
