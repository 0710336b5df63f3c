// Decodes one block of a bzip2 file: Huffman codes, move-to-front, the inverse Burrows-Wheeler
// transform, run lengths. Runs in workers; knows bits and bytes, no files.
// Format: "The bzip2 file format specification" by J. Tsai; names are those of the reference program.
import type { BitReader } from './bit-reader.js';

/** Bytes before the first run-length coding in the largest block. */
const MAX_BLOCK_BYTES = 900_000;
/** Symbols coded with the same table before the next selector is taken. */
const GROUP_SYMBOLS = 50;
const MAX_CODE_BITS = 20;
const RUN_A = 0;
const RUN_B = 1;

/** Thrown when a block is not what the format allows. */
export class Bzip2DataError extends Error {}

/** A Huffman table in canonical form. */
interface CodeTable {
  readonly minBits: number;
  /** Last code of each length, or -1. */
  readonly limit: Int32Array;
  /** What to take from a code of each length to get its place in `symbols`. */
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

export class Bzip2Block {
  /** Low 8 bits: a byte of the block; the others: where its successor stands. */
  readonly #links = new Uint32Array(MAX_BLOCK_BYTES);
  #next = 0;
  #left = 0;
  #expectedCrc = 0;
  #crc = 0xffff_ffff;
  #last = -1;
  #run = 0;
  /** Copies of `#last` still to be written. */
  #repeat = 0;

  /** Reads a block whose mark has just been read. */
  load(bits: BitReader): void {
    this.#expectedCrc = bits.read32();
    if (bits.readBit() === 1) throw new Bzip2DataError('it uses randomised blocks, long obsolete');
    const origin = bits.read(24);
    const length = decodeSymbols(bits, this.#links);
    if (origin >= length) throw new Bzip2DataError('a block points outside itself');
    linkSuccessors(this.#links, length);
    this.#next = this.#links[origin]! >>> 8;
    this.#left = length;
    this.#crc = 0xffff_ffff;
    this.#last = -1;
    this.#run = 0;
    this.#repeat = 0;
  }

  /** Writes decoded bytes; 0 at the end of the block, whose checksum has then been checked. */
  read(target: Buffer, offset: number, length: number): number {
    const links = this.#links;
    const end = offset + length;
    let at = offset;
    let next = this.#next;
    let left = this.#left;
    let last = this.#last;
    let run = this.#run;
    let repeat = this.#repeat;
    while (at < end) {
      if (repeat > 0) {
        target[at++] = last;
        repeat--;
        continue;
      }
      if (left === 0) break;
      const link = links[next]!;
      const byte = link & 0xff;
      next = link >>> 8;
      left--;
      if (run === 4) {
        // Four alike are followed by how many more there are.
        repeat = byte;
        run = 0;
        continue;
      }
      run = byte === last ? run + 1 : 1;
      last = byte;
      target[at++] = byte;
    }
    this.#next = next;
    this.#left = left;
    this.#last = last;
    this.#run = run;
    this.#repeat = repeat;
    this.#crc = updateCrc(this.#crc, target, offset, at);
    if (at === offset && length > 0) this.#checkCrc();
    return at - offset;
  }

  #checkCrc(): void {
    if (~this.#crc >>> 0 !== this.#expectedCrc) {
      throw new Bzip2DataError('the checksum of a block does not match');
    }
  }
}

/** Reads the coded symbols of a block into the low bytes of `links`; returns how many bytes they are. */
function decodeSymbols(bits: BitReader, links: Uint32Array): number {
  const bytes = readUsedBytes(bits);
  const endSymbol = bytes.length + 1;
  const { tables, selectors } = readTables(bits, endSymbol + 1);
  let length = 0;
  let runLength = 0;
  let runWeight = 1;
  let group = 0;
  let leftInGroup = 0;
  let table = tables[0]!;
  for (;;) {
    if (leftInGroup === 0) {
      if (group >= selectors.length) throw new Bzip2DataError('a block has too few selectors');
      table = tables[selectors[group++]!]!;
      leftInGroup = GROUP_SYMBOLS;
    }
    leftInGroup--;
    const symbol = readSymbol(bits, table);
    if (symbol === RUN_A || symbol === RUN_B) {
      runLength += runWeight << symbol;
      runWeight <<= 1;
      if (runLength > MAX_BLOCK_BYTES) throw new Bzip2DataError('a run is longer than a block');
      continue;
    }
    if (runLength > 0) {
      if (length + runLength > links.length) throw tooLarge();
      links.fill(bytes[0]!, length, length + runLength);
      length += runLength;
      runLength = 0;
      runWeight = 1;
    }
    if (symbol === endSymbol) return length;
    if (length === links.length) throw tooLarge();
    const byte = bytes[symbol - 1]!;
    bytes.copyWithin(1, 0, symbol - 1);
    bytes[0] = byte;
    links[length++] = byte;
  }
}

/** Completes `links`: the successor of each byte in the text, by counting sort. */
function linkSuccessors(links: Uint32Array, length: number): void {
  const starts = new Uint32Array(257);
  for (let i = 0; i < length; i++) starts[(links[i]! & 0xff) + 1]!++;
  for (let byte = 0; byte < 256; byte++) starts[byte + 1]! += starts[byte]!;
  for (let i = 0; i < length; i++) {
    const place = starts[links[i]! & 0xff]!++;
    links[place] = links[place]! | (i << 8);
  }
}

/** The byte values that occur in the block, ascending: the first state of the move-to-front list. */
function readUsedBytes(bits: BitReader): Uint8Array {
  const used: number[] = [];
  const usedRanges = bits.read(16);
  for (let range = 0; range < 16; range++) {
    if ((usedRanges & (0x8000 >> range)) === 0) continue;
    const members = bits.read(16);
    for (let i = 0; i < 16; i++) if (members & (0x8000 >> i)) used.push(range * 16 + i);
  }
  if (used.length === 0) throw new Bzip2DataError('a block uses no bytes');
  return Uint8Array.from(used);
}

function readTables(
  bits: BitReader,
  symbolCount: number,
): { tables: CodeTable[]; selectors: Uint8Array } {
  const tableCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (tableCount < 2 || tableCount > 6 || selectorCount === 0) {
    throw new Bzip2DataError('a block has no code tables');
  }
  const order = Array.from({ length: tableCount }, (_, i) => i);
  const selectors = new Uint8Array(selectorCount);
  for (let i = 0; i < selectorCount; i++) {
    let place = 0;
    while (bits.readBit() === 1) {
      if (++place >= tableCount) throw new Bzip2DataError('a selector names no table');
    }
    const [table] = order.splice(place, 1);
    order.unshift(table!);
    selectors[i] = table!;
  }
  const tables = order.map(() => makeTable(readCodeLengths(bits, symbolCount)));
  return { tables, selectors };
}

function readCodeLengths(bits: BitReader, symbolCount: number): Uint8Array {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    while (bits.readBit() === 1) length += bits.readBit() === 0 ? 1 : -1;
    if (length < 1 || length > MAX_CODE_BITS) {
      throw new Bzip2DataError('a code is longer than the format allows');
    }
    lengths[symbol] = length;
  }
  return lengths;
}

function makeTable(lengths: Uint8Array): CodeTable {
  const limit = new Int32Array(MAX_CODE_BITS + 1).fill(-1);
  const base = new Int32Array(MAX_CODE_BITS + 1);
  const symbols = new Uint16Array(lengths.length);
  let minBits = 0;
  let code = 0;
  let place = 0;
  for (let bitCount = 1; bitCount <= MAX_CODE_BITS; bitCount++) {
    base[bitCount] = code - place;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== bitCount) continue;
      symbols[place++] = symbol;
      limit[bitCount] = code++;
      if (minBits === 0) minBits = bitCount;
    }
    code <<= 1;
  }
  return { minBits, limit, base, symbols };
}

function readSymbol(bits: BitReader, table: CodeTable): number {
  const { limit } = table;
  let bitCount = table.minBits;
  let code = bits.read(bitCount);
  while (code > limit[bitCount]!) {
    if (++bitCount > MAX_CODE_BITS) throw new Bzip2DataError('a code stands for nothing');
    code = (code << 1) | bits.readBit();
  }
  return table.symbols[code - table.base[bitCount]!]!;
}

function tooLarge(): Bzip2DataError {
  return new Bzip2DataError('a block is larger than the format allows');
}

/** CRC-32 of polynomial 0x04c11db7, most significant bit first (not the one of zlib). */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let i = 0; i < 8; i++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc >>> 0;
});

function updateCrc(start: number, bytes: Uint8Array, from: number, to: number): number {
  let crc = start;
  for (let i = from; i < to; i++) {
    crc = (crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ bytes[i]!) & 0xff]!;
  }
  return crc;
}
