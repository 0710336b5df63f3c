// The compiled kernels: their signatures, and loading them once per thread. Addresses are bytes in the memory
// they are given. Knows bytes and columns, nothing else.
import { readFileSync } from 'node:fs';
import { wasm, type WasmMemory, type WasmModule } from './web-assembly.js';

type Address = number;

/** What kernels.wasm exports; the kernels say what each does (src/kernels/assembly). */
export interface KernelFunctions {
  probe(p: Address, end: Address): number;
  countByte(p: Address, end: Address, byte: number): number;
  lines(p: Address, end: Address, starts: Address, ends: Address): number;
  countLinesWith(p: Address, end: Address, literal: Address, length: number): number;
  flagLinesWith(
    p: Address,
    end: Address,
    literal: Address,
    length: number,
    ends: Address,
    n: number,
    flags: Address,
  ): void;

  marks(p: Address, end: Address, separator: number, out: Address, newlines: Address): number;
  fieldColumns(
    p: Address,
    end: Address,
    separator: number,
    count: number,
    wanted: Address,
    columns: Address,
    missing: Address,
  ): number;
  everyField(places: Address, count: number, base: Address, starts: Address, ends: Address): void;
  fieldCounts(places: Address, count: number, out: Address): void;

  flagEqual: FlagByLiteral;
  flagStartsWith: FlagByLiteral;
  flagEndsWith: FlagByLiteral;
  flagIncludes: FlagByLiteral;
  flagPresent(n: number, starts: Address, otherwise: number, flags: Address): void;
  flagNotEmpty(n: number, starts: Address, ends: Address, flags: Address): void;
  flagsNot(n: number, flags: Address): void;
  flagsAnd(n: number, left: Address, right: Address): void;
  flagsOr(n: number, left: Address, right: Address): void;
  countFlags(n: number, flags: Address, value: number): number;

  parseNumbers(
    n: number,
    starts: Address,
    ends: Address,
    isInteger: number,
    out: Address,
    odd: Address,
  ): number;
  textLengths(n: number, starts: Address, ends: Address, isAscii: number, out: Address): number;

  fill(at: Address, sizeBytes: number, value: number): void;
  selectedRows(n: number, flags: Address, rows: Address): number;
  gather32(n: number, rows: Address, from: Address, to: Address): void;
  gather64(n: number, rows: Address, from: Address, to: Address): void;
  gatherLines(n: number, rows: Address, starts: Address, ends: Address, to: Address): Address;

  hashPartitions(
    n: number,
    starts: Address,
    ends: Address,
    partitions: number,
    partitionOf: Address,
  ): void;
  rangePartitions(
    n: number,
    keys: Address,
    bounds: Address,
    count: number,
    partitionOf: Address,
  ): void;
  rangeTextPartitions(
    n: number,
    keys: Address,
    starts: Address,
    ends: Address,
    bounds: Address,
    boundStarts: Address,
    boundEnds: Address,
    count: number,
    partitionOf: Address,
  ): void;
  dropRows(n: number, flags: Address, none: number, partitionOf: Address): void;
  sortRows(
    n: number,
    partitionOf: Address,
    partitions: number,
    counts: Address,
    cursors: Address,
    sorted: Address,
  ): void;

  numberKeys(n: number, values: Address, keys: Address): void;
  prefixKeys(n: number, starts: Address, ends: Address, skip: number, keys: Address): void;
  flipKeys(n: number, keys: Address): void;
  radixSort(
    n: number,
    keys: Address,
    positions: Address,
    spareKeys: Address,
    sparePositions: Address,
    histogram: Address,
  ): number;

  openRuns(
    n: number,
    keys: Address,
    rows: Address,
    starts: Address,
    ends: Address,
    known: number,
    runs: Address,
  ): number;

  longestText(n: number, starts: Address, ends: Address): number;
  gatherLengths(
    n: number,
    rows: Address,
    starts: Address,
    ends: Address,
    width: number,
    to: Address,
  ): void;
  gatherTexts(n: number, rows: Address, starts: Address, ends: Address, to: Address): Address;
  gatherInts(n: number, rows: Address, from: Address, to: Address): number;
  countSlots(n: number, slots: Address, counts: Address): void;
  scatterBySlot(n: number, slots: Address, values: Address, cursors: Address, to: Address): void;
  checksumWords(p: Address, end: Address): number;

  composeTexts(
    n: number,
    rows: Address,
    parts: Address,
    count: number,
    missing: Address,
    missingLength: number,
    out: Address,
    starts: Address,
    ends: Address,
  ): Address;
  replaceTexts(
    n: number,
    starts: Address,
    ends: Address,
    what: Address,
    whatLength: number,
    by: Address,
    byLength: number,
    out: Address,
    outStarts: Address,
    outEnds: Address,
  ): Address;
  takeApart(n: number, offsets: Address, bytes: Address, parts: Address, count: number): void;
  areAscii(n: number, starts: Address, ends: Address): number;
  hashComposed(
    n: number,
    parts: Address,
    count: number,
    isTuple: number,
    partitions: number,
    partitionOf: Address,
  ): void;

  putColumn(header: Address, n: number, starts: Address, ends: Address, slots: Address): void;
  putKeys(header: Address, n: number, lengths: Address, p: Address, slots: Address): void;
  rehash(header: Address, entries: Address, mask: number): void;
}

type FlagByLiteral = (
  n: number,
  starts: Address,
  ends: Address,
  literal: Address,
  length: number,
  flags: Address,
) => void;

/** Beside this file, or in the build proper where another build has none. */
const PLACES = ['./kernels.wasm', '../../dist/kernels/kernels.wasm'];

let compiled: WasmModule | null | undefined;

/** The module, compiled on first use; null where there is none or this machine cannot run it. */
function kernelModule(): WasmModule | null {
  if (compiled === undefined) compiled = compile();
  return compiled;
}

function compile(): WasmModule | null {
  for (const place of PLACES) {
    try {
      return new wasm.Module(readFileSync(new URL(place, import.meta.url)));
    } catch {
      // The next place, or none: then everything takes the plain path.
    }
  }
  return null;
}

/** Kernels over `memory`, which is shared and of at most 65,536 pages; null where kernels cannot run. */
export function instantiate(memory: WasmMemory): KernelFunctions | null {
  const module = kernelModule();
  if (module === null) return null;
  const { exports } = new wasm.Instance(module, { env: { memory } });
  return exports as unknown as KernelFunctions;
}
