// The object file format: records of any plain data in pages, each behind a mark by which a reader can
// enter the file in the middle. Pure bytes; knows no files. Data only: nothing in a page is ever run.
//
//   file   = "TSPARKOB" · version u32 · mark (16 random bytes) · page* · page of no records, which ends it
//   page   = mark · record count u32 · payload length u32 · CRC-32 of the payload u32 · payload
//   payload = v8.serialize of an array of the records; all numbers little-endian
import v8 from 'node:v8';
import { UsageError } from '../errors.js';

const MAGIC = Buffer.from('TSPARKOB', 'latin1');
const VERSION = 2;
const MARK_BYTES = 16;
export const HEADER_BYTES = MAGIC.length + 4 + MARK_BYTES;
export const PAGE_HEADER_BYTES = MARK_BYTES + 12;

export interface PageHeader {
  readonly count: number;
  readonly payloadBytes: number;
  readonly crc: number;
}

/** The beginning of a new file, with a mark of its own. */
export function makeHeader(): { bytes: Buffer; mark: Buffer } {
  const mark = makeMark();
  const version = Buffer.alloc(4);
  version.writeUInt32LE(VERSION);
  return { bytes: Buffer.concat([MAGIC, version, mark]), mark };
}

/** Checks the beginning of a file and returns its mark; a text says what is wrong. */
export function readHeader(bytes: Buffer): Buffer | string {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    return 'it is not an object file of tspark (files that saveAsObjectFile writes)';
  }
  const version = bytes.readUInt32LE(MAGIC.length);
  if (version !== VERSION)
    return `its format has version ${version}, and this tspark reads ${VERSION}`;
  return Buffer.from(bytes.subarray(HEADER_BYTES - MARK_BYTES, HEADER_BYTES));
}

export function encodePage(records: readonly unknown[], mark: Buffer): Buffer {
  const payload = serialize(records);
  const header = Buffer.alloc(PAGE_HEADER_BYTES);
  mark.copy(header);
  header.writeUInt32LE(records.length, MARK_BYTES);
  header.writeUInt32LE(payload.length, MARK_BYTES + 4);
  header.writeUInt32LE(crc32(payload), MARK_BYTES + 8);
  return Buffer.concat([header, payload]);
}

/** The mark at the beginning of a page. */
export function pageMark(page: Buffer): Buffer {
  return page.subarray(0, MARK_BYTES);
}

/** A mark of its own for a new file. */
export function makeMark(): Buffer {
  return Buffer.from(Array.from({ length: MARK_BYTES }, () => Math.random() * 256));
}

/** The header of a page; null if the mark is not where it should be. */
export function readPageHeader(bytes: Buffer, mark: Buffer): PageHeader | null {
  if (!bytes.subarray(0, MARK_BYTES).equals(mark)) return null;
  return {
    count: bytes.readUInt32LE(MARK_BYTES),
    payloadBytes: bytes.readUInt32LE(MARK_BYTES + 4),
    crc: bytes.readUInt32LE(MARK_BYTES + 8),
  };
}

/** The records of a page; a text says what is wrong. */
export function decodePage(payload: Buffer, header: PageHeader): unknown[] | string {
  if (crc32(payload) !== header.crc) return 'the checksum of a page does not match';
  try {
    const records: unknown = v8.deserialize(payload);
    if (Array.isArray(records) && records.length === header.count) return records;
    return 'a page does not hold the records it says';
  } catch (error) {
    return `a page cannot be read by this Node (${error instanceof Error ? error.message : error})`;
  }
}

function crc32(bytes: Buffer): number {
  // Loaded when needed, to keep the start of a worker short.
  return process.getBuiltinModule('node:zlib').crc32(bytes);
}

function serialize(records: readonly unknown[]): Buffer {
  try {
    return v8.serialize(records);
  } catch {
    // Find the one that cannot be written, to name it.
    for (const record of records) {
      try {
        v8.serialize(record);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new UsageError(
          'IO-113',
          `Cannot write a record to an object file: ${why} ` +
            'Map the records to plain data (no functions, promises or open handles) first.',
          { cause },
        );
      }
    }
    throw new UsageError('IO-113', 'Cannot write records to an object file: they are too large.');
  }
}
