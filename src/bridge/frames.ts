// The frames that blocks travel in: a head and the pages of the block. Read and written by driver and worker.
import type { Block } from '../blocks/block.js';
import type { SinkResult } from '../plan/sink.js';

/** Count of records, side of a cogroup, map partition, piece of its output. */
export const BLOCK_HEAD_BYTES = 16;

export interface BlockHead {
  readonly count: number;
  readonly side: number;
  readonly map: number;
  /** Of a map output that was more than fits: which of its pieces this is. */
  readonly piece: number;
}

export function blockHead({ count, side, map, piece }: BlockHead): Buffer {
  const head = Buffer.allocUnsafe(BLOCK_HEAD_BYTES);
  head.writeUInt32BE(count, 0);
  head.writeUInt32BE(side, 4);
  head.writeUInt32BE(map, 8);
  head.writeUInt32BE(piece, 12);
  return head;
}

export function readBlockHead(bytes: Buffer, at = 0): BlockHead {
  return {
    count: bytes.readUInt32BE(at),
    side: bytes.readUInt32BE(at + 4),
    map: bytes.readUInt32BE(at + 8),
    piece: bytes.readUInt32BE(at + 12),
  };
}

/** Bytes of a block without a copy. */
export function bytesOf(block: Block): Uint8Array {
  return new Uint8Array(block.buffer, 0, block.byteLength);
}

/** A block of bytes that arrived, in memory that all readers of blocks expect. */
export function blockOf(bytes: Uint8Array, count: number): Block {
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return { buffer, byteLength: bytes.byteLength, count };
}

/** Partition, kind and count (two words, for counts above 2^32). */
const RESULT_HEAD_BYTES = 13;
const KINDS = ['count', 'block', 'none'] as const;

/** The frames' parts of one task's result. */
export function resultParts(partition: number, result: SinkResult): Uint8Array[] {
  const head = Buffer.alloc(RESULT_HEAD_BYTES);
  head.writeUInt32BE(partition, 0);
  head.writeUInt8(KINDS.indexOf(result.kind), 4);
  if (result.kind === 'count') head.writeDoubleBE(result.count, 5);
  if (result.kind === 'block') head.writeDoubleBE(result.block.count, 5);
  return result.kind === 'block' ? [head, bytesOf(result.block)] : [head];
}

export function readResult(frame: Buffer): { partition: number; result: SinkResult } {
  const partition = frame.readUInt32BE(0);
  const count = frame.readDoubleBE(5);
  switch (KINDS[frame.readUInt8(4)]) {
    case 'count':
      return { partition, result: { kind: 'count', count } };
    case 'block': {
      const block = blockOf(frame.subarray(RESULT_HEAD_BYTES), count);
      return { partition, result: { kind: 'block', block } };
    }
    default:
      return { partition, result: { kind: 'none' } };
  }
}
