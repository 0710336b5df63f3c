// Hadoop's Writables that PySpark maps to values of its own: which one a value becomes, and its bytes and text.
// Pure; runs in workers and on the driver.
import { UsageError } from '../errors.js';
import { describeValue } from '../values/describe.js';
import { type ByteInput, MalformedBytes } from './byte-input.js';
import type { ByteOutput } from './byte-output.js';
import { bytesText, doubleText } from './java-text.js';
import { decodeText } from './text-reader.js';

const PACKAGE = 'org.apache.hadoop.io.';
const MAX_INT = 2 ** 31 - 1;
const MAX_LONG = 2n ** 63n - 1n;

/** The last part of the class name. */
export type WritableName =
  | 'Text'
  | 'IntWritable'
  | 'LongWritable'
  | 'DoubleWritable'
  | 'FloatWritable'
  | 'BooleanWritable'
  | 'BytesWritable'
  | 'NullWritable';

interface Writable {
  /** Whether a value can be written as this class. */
  accepts(value: unknown): boolean;
  encode(value: never, output: ByteOutput): void;
  /** Reads a value that ends where the input does. */
  decode(input: ByteInput): unknown;
}

const isNumber = (value: unknown): boolean => typeof value === 'number';
const isInt = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= -MAX_INT - 1 && (value as number) <= MAX_INT;
const isLong = (value: unknown): boolean =>
  typeof value === 'bigint'
    ? value >= -MAX_LONG - 1n && value <= MAX_LONG
    : Number.isSafeInteger(value);

const WRITABLES: Readonly<Record<WritableName, Writable>> = {
  Text: {
    accepts: (value) => typeof value === 'string',
    encode: (value: string, output) => output.text(value),
    decode: (input) => decodeText(input.take(input.vint())),
  },
  IntWritable: {
    accepts: isInt,
    encode: (value: number, output) => output.int32(value),
    decode: (input) => input.take(4).readInt32BE(),
  },
  LongWritable: {
    accepts: isLong,
    encode: (value: number | bigint, output) => output.int64(BigInt(value)),
    decode: (input) => plainInteger(input.take(8).readBigInt64BE()),
  },
  DoubleWritable: {
    accepts: isNumber,
    encode: (value: number, output) => output.double(value),
    decode: (input) => input.take(8).readDoubleBE(),
  },
  FloatWritable: {
    accepts: isNumber,
    encode: (value: number, output) => output.float(value),
    decode: (input) => input.take(4).readFloatBE(),
  },
  BooleanWritable: {
    accepts: (value) => typeof value === 'boolean',
    encode: (value: boolean, output) => output.int8(value ? 1 : 0),
    decode: (input) => input.take(1)[0] !== 0,
  },
  BytesWritable: {
    accepts: (value) => value instanceof Uint8Array,
    encode: (value: Uint8Array, output) => {
      output.int32(value.length);
      output.bytes(value);
    },
    decode: (input) => Uint8Array.from(input.take(input.take(4).readInt32BE())),
  },
  NullWritable: {
    accepts: (value) => value === null || value === undefined,
    encode: () => {},
    decode: () => null,
  },
};

/** A number where it is exact, else a bigint. */
function plainInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The Writable of a class name; null if tspark has none of that name. */
export function writableOfClass(className: string): WritableName | null {
  const name = className.startsWith(PACKAGE) ? className.slice(PACKAGE.length) : '';
  return Object.hasOwn(WRITABLES, name) ? (name as WritableName) : null;
}

export function classOfWritable(name: WritableName): string {
  return PACKAGE + name;
}

/** The refusal of a class that is no Writable of tspark's; `where` is what named it. */
export function unknownWritable(className: string, where: string): UsageError {
  return new UsageError(
    'IO-115',
    `${where} names the class ${className}, which tspark does not have. It reads and writes ` +
      `${Object.keys(WRITABLES).join(', ')} of ${PACKAGE.slice(0, -1)}. ` +
      'Use plain values of these kinds, or saveAsObjectFile(path) and sc.objectFile(path) for any data.',
    { details: { className } },
  );
}

/** The Writable that a value becomes when no class is named, as in PySpark; null if there is none. */
export function writableOfValue(value: unknown): WritableName | null {
  if (typeof value === 'number') {
    if (isInt(value)) return 'IntWritable';
    return Number.isSafeInteger(value) ? 'LongWritable' : 'DoubleWritable';
  }
  const names: readonly WritableName[] = [
    'Text',
    'NullWritable',
    'BooleanWritable',
    'BytesWritable',
    'LongWritable',
  ];
  return names.find((name) => WRITABLES[name].accepts(value)) ?? null;
}

/** The key and value of a record; a record that is no pair is refused. */
export function pairOf(record: unknown): readonly [unknown, unknown] {
  if (Array.isArray(record) && record.length === 2) return record as [unknown, unknown];
  throw new UsageError(
    'IO-114',
    `Hadoop's formats hold pairs [key, value], and ${describeValue(record)} is none. Map each record to a pair first, ` +
      'such as .map(x => [x, null]).',
  );
}

export function encodeWritable(name: WritableName, value: unknown, output: ByteOutput): void {
  const { accepts, encode } = WRITABLES[name];
  if (!accepts(value)) throw wrongClass(name, value);
  encode(value as never, output);
}

export function decodeWritable(name: WritableName, input: ByteInput): unknown {
  const value = WRITABLES[name].decode(input);
  if (input.left > 0) throw new MalformedBytes(`a ${name} is longer than it should be`);
  return value;
}

/** The text of a value as its Writable shows it; null for nothing. */
export function writableText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  switch (writableOfValue(value)) {
    case null:
      throw noWritable(value);
    case 'NullWritable':
      return null;
    case 'DoubleWritable':
      return doubleText(value as number);
    case 'BytesWritable':
      return bytesText(value as Uint8Array);
    default:
      return String(value);
  }
}

/** The refusal of a value that no Writable holds. */
export function noWritable(value: unknown): UsageError {
  return new UsageError(
    'IO-114',
    `Hadoop's formats cannot hold ${describeValue(value)}: keys and values must be strings, numbers, booleans, bytes or ` +
      'null. Map them to such values first, for example with JSON.stringify.',
  );
}

function wrongClass(name: WritableName, value: unknown): UsageError {
  const own = writableOfValue(value);
  if (own === null) return noWritable(value);
  return new UsageError(
    'IO-114',
    `${describeValue(value)} is no ${name}, and all keys and all values of a SequenceFile are of one class: that which was ` +
      'given, or else that of the first record. Give the classes: saveAsHadoopFile(path, ' +
      `'org.apache.hadoop.mapred.SequenceFileOutputFormat', keyClass, valueClass), here '${classOfWritable(own)}'.`,
  );
}
