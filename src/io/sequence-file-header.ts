// The beginning of a Hadoop SequenceFile, version 6. Pure bytes; knows no files.
//
//   file   = "SEQ" · 6 · key class · value class · is compressed u8 · in blocks u8 · [codec class]
//            · count of metadata u32 · (key · value)* · sync mark (16 random bytes) · records
//   record = length of key and value i32 · length of the key i32 · key · value, or
//            -1 i32 · sync mark · count · key lengths · keys · value lengths · values (blocks, each part compressed)
//
// Before a record there may be -1 and the sync mark, by which a reader enters in the middle. Texts are UTF-8 behind
// a length, lengths of texts and of parts of blocks have variable length, all others are big-endian.
import { ByteOutput } from './byte-output.js';
import type { WritableCodec } from './codec.js';
import { classOfWritable, type WritableName } from './writables.js';

export const MAGIC = Buffer.from('SEQ', 'latin1');
export const VERSION = 6;
export const MARK_BYTES = 16;
/** Stands where a record's length would, before a sync mark. */
export const ESCAPE = -1;
export const ESCAPE_BYTES = 4;

const CODEC_CLASS: Readonly<Record<WritableCodec, string>> = {
  deflate: 'org.apache.hadoop.io.compress.DefaultCodec',
  gzip: 'org.apache.hadoop.io.compress.GzipCodec',
};

export interface SequenceFileHeaderOptions {
  readonly keyClass: WritableName;
  readonly valueClass: WritableName;
  readonly codec: 'none' | WritableCodec;
  readonly mark: Buffer;
}

/** The beginning of a new file; compressed ones are written in blocks. */
export function encodeHeader(options: SequenceFileHeaderOptions): Buffer {
  const { keyClass, valueClass, codec, mark } = options;
  const output = new ByteOutput();
  const isCompressed = codec === 'none' ? 0 : 1;
  output.bytes(MAGIC);
  output.int8(VERSION);
  output.text(classOfWritable(keyClass));
  output.text(classOfWritable(valueClass));
  output.int8(isCompressed);
  output.int8(isCompressed);
  if (codec !== 'none') output.text(CODEC_CLASS[codec]);
  output.int32(0);
  output.bytes(mark);
  return output.view();
}

/** A sync mark of its own for a new file. */
export function makeMark(): Buffer {
  return Buffer.from(Array.from({ length: MARK_BYTES }, () => Math.random() * 256));
}
