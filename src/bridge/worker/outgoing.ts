// What a task sends to the executor, by what its stage is for: a result, blocks of records as they are made, the
// segments of a shuffle, or pairs for Hadoop.
import { closeSync, openSync, readSync } from 'node:fs';
import type { Block, SegmentedBlock } from '../../blocks/block.js';
import type { DiskSegments } from '../../blocks/stored.js';
import { BlockWriter } from '../../blocks/writer.js';
import type { TaskOutput } from '../../plan/stage.js';
import type { RecordSink } from '../../plan/task-services.js';
import type { StageOutput } from '../command.js';
import { blockHead, bytesOf, resultParts } from '../frames.js';
import type { BlockingWriter } from './blocking-stream.js';
import { pickledPairs } from './pickled-pairs.js';

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
  writer.frame(blockHead({ count: block.count, side: 0, map: 0, piece: 0 }), bytesOf(block));
}

export function recordSink(writer: BlockingWriter, output: StageOutput): RecordSink | null {
  switch (output.kind) {
    case 'blocks':
      return new BlockSender(writer, output.isSingle);
    case 'hadoop-pairs':
      return pickledPairs(writer, output.format);
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
  if (output.kind === 'shuffle' && result.kind === 'segments') {
    const from = { side: output.side, map: partition };
    const { block, spilled = [] } = result;
    for (const [piece, file] of spilled.entries())
      sendSegments(writer, segmentsOfFile(file), { ...from, piece });
    sendSegments(writer, segmentsInMemory(block), { ...from, piece: spilled.length });
  }
  if (output.kind === 'result' && result.kind !== 'segments')
    writer.frame(...resultParts(partition, result));
}

/** The bytes and the number of records of each partition that has any. */
type Segments = Iterable<{ partition: number; count: number; bytes: Uint8Array }>;

function* segmentsInMemory({ buffer, offsets, counts }: SegmentedBlock): Segments {
  for (const [partition, count] of counts.entries()) {
    if (count === 0) continue;
    const start = offsets[partition]!;
    const bytes = new Uint8Array(buffer, start, offsets[partition + 1]! - start);
    yield { partition, count, bytes };
  }
}

function* segmentsOfFile({ path, offsets, counts }: DiskSegments): Segments {
  const file = openSync(path, 'r');
  try {
    for (const [partition, count] of counts.entries()) {
      if (count === 0) continue;
      const start = offsets[partition]!;
      const bytes = Buffer.allocUnsafe(offsets[partition + 1]! - start);
      for (let at = 0; at < bytes.length; )
        at += readSync(file, bytes, at, bytes.length - at, start + at);
      yield { partition, count, bytes };
    }
  } finally {
    closeSync(file);
  }
}

function sendSegments(
  writer: BlockingWriter,
  segments: Segments,
  from: { side: number; map: number; piece: number },
): void {
  const number = Buffer.alloc(LONG_BYTES);
  for (const { partition, count, bytes } of segments) {
    number.writeBigInt64BE(BigInt(partition));
    writer.frame(number);
    writer.frame(blockHead({ count, ...from }), bytes);
  }
}
