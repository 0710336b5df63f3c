// What a task sends to the executor, by what its stage is for: a result, blocks of records as they are made, the
// segments of a shuffle, or texts.
import type { Block, SegmentedBlock } from '../../blocks/block.js';
import { BlockWriter } from '../../blocks/writer.js';
import type { TaskOutput } from '../../plan/stage.js';
import type { RecordSink } from '../../plan/task-services.js';
import type { StageOutput } from '../command.js';
import { blockHead, bytesOf, resultParts } from '../frames.js';
import type { BlockingWriter } from './blocking-stream.js';

/** Blocks are sent at about this size. */
const BLOCK_BYTES = 1024 * 1024;
const LONG_BYTES = 8;

/** Takes a task's records and sends them as blocks, or all of them as one. */
export class BlockSender implements RecordSink {
  readonly #writer: BlockingWriter;
  readonly #isSingle: boolean;
  readonly #records = new BlockWriter<unknown>();
  #sinceCheck = 0;

  constructor(writer: BlockingWriter, isSingle: boolean) {
    this.#writer = writer;
    this.#isSingle = isSingle;
  }

  push(record: unknown): void {
    this.#records.push(record);
    if (this.#isSingle || ++this.#sinceCheck < 256) return;
    this.#sinceCheck = 0;
    if (this.#records.sizeBytes > BLOCK_BYTES) this.#send();
  }

  finish(): void {
    if (this.#isSingle || this.#records.count > 0) this.#send();
  }

  #send(): void {
    const block = this.#records.finish((sizeBytes) => new SharedArrayBuffer(sizeBytes));
    sendBlock(this.#writer, block);
  }
}

function sendBlock(writer: BlockingWriter, block: Block): void {
  writer.frame(blockHead({ count: block.count, side: 0, map: 0 }), bytesOf(block));
}

/** Takes texts. */
export class TextSender implements RecordSink {
  readonly #writer: BlockingWriter;

  constructor(writer: BlockingWriter) {
    this.#writer = writer;
  }

  push(record: unknown): void {
    this.#writer.frame(Buffer.from(String(record)));
  }

  finish(): void {}
}

export function recordSink(writer: BlockingWriter, output: StageOutput): RecordSink | null {
  switch (output.kind) {
    case 'blocks':
      return new BlockSender(writer, output.isSingle);
    case 'texts':
      return new TextSender(writer);
    case 'result':
    case 'shuffle':
      return null;
  }
}

/** Sends what the task returned; records that went through a sink are on their way already. */
export function sendResult(
  writer: BlockingWriter,
  output: StageOutput,
  partition: number,
  result: TaskOutput['result'],
): void {
  if (output.kind === 'shuffle' && result.kind === 'segments')
    sendSegments(writer, result.block, { side: output.side, map: partition });
  if (output.kind === 'result' && result.kind !== 'segments')
    writer.frame(...resultParts(partition, result));
}

function sendSegments(
  writer: BlockingWriter,
  { buffer, offsets, counts }: SegmentedBlock,
  from: { side: number; map: number },
): void {
  const number = Buffer.alloc(LONG_BYTES);
  for (const [partition, count] of counts.entries()) {
    if (count === 0) continue;
    const start = offsets[partition]!;
    number.writeBigInt64BE(BigInt(partition));
    writer.frame(number);
    const bytes = new Uint8Array(buffer, start, offsets[partition + 1]! - start);
    writer.frame(blockHead({ count, ...from }), bytes);
  }
}
