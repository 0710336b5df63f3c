import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { WritableName } from '#dist/io/writables.js';
import { commitOutput, prepareOutput } from '#dist/io/output.js';
import { openRecordSplit } from '#dist/io/record-readers.js';
import { openTaskWriter } from '#dist/io/writers.js';
import { makeFolder } from './folders.js';

const folder = makeFolder();
let next = 0;

interface WriteOptions {
  readonly classes?: readonly [WritableName, WritableName];
  readonly codec?: 'none' | 'gzip' | 'deflate';
}

/** Writes one part of pairs and returns its path. */
function write(pairs: readonly unknown[], options: WriteOptions = {}): string {
  const path = `${folder}/sequence-${next++}`;
  const [keyClass, valueClass] = options.classes ?? ['Text', 'IntWritable'];
  prepareOutput(path);
  const format = { kind: 'sequence-file', keyClass, valueClass } as const;
  const codec = options.codec ?? 'none';
  const writer = openTaskWriter({ path, partition: 0, attempt: 0, format, codec });
  for (const pair of pairs) writer.write(pair);
  writer.commit();
  commitOutput(path);
  return `${path}/part-00000`;
}

function read(path: string, start = 0, length = fs.statSync(path).size - start): unknown[] {
  const reader = openRecordSplit({ path, start, length, codec: 'none' }, { kind: 'sequence-file' });
  const pairs: unknown[] = [];
  for (let chunk = reader.next(); chunk !== null; chunk = reader.next()) pairs.push(...chunk);
  reader.close();
  return pairs;
}

function file(content: Buffer | string): string {
  const path = `${folder}/file-${next++}`;
  fs.writeFileSync(path, typeof content === 'string' ? Buffer.from(content, 'base64') : content);
  return path;
}

/** Files that Spark 4.3 wrote, in base64. */
const TEXT_INT =
  'U0VRBhlvcmcuYXBhY2hlLmhhZG9vcC5pby5UZXh0IG9yZy5hcGFjaGUuaGFkb29wLmlvLkludFdyaXRhYmxlAAAAAAAAbUO+Vw0tC0oMVaBYByoFxAAAAAYAAAACAWEAAAABAAAABwAAAAMCw6kAAAAC';
const BYTES_LONG =
  'U0VRBiJvcmcuYXBhY2hlLmhhZG9vcC5pby5CeXRlc1dyaXRhYmxlIW9yZy5hcGFjaGUuaGFkb29wLmlvLkxvbmdXcml0YWJsZQAAAAAAAIijXLmNjDemzAAvgvnevwMAAAAOAAAABgAAAAJhYgAAAQAAAAAA';
const DOUBLE_BOOLEAN =
  'U0VRBiNvcmcuYXBhY2hlLmhhZG9vcC5pby5Eb3VibGVXcml0YWJsZSRvcmcuYXBhY2hlLmhhZG9vcC5pby5Cb29sZWFuV3JpdGFibGUAAAAAAABwXjyu5PeK32UYIUpwTGvdAAAACQAAAAg/+AAAAAAAAAEAAAAJAAAACEAEAAAAAAAAAA==';
const BLOCKS =
  'U0VRBhlvcmcuYXBhY2hlLmhhZG9vcC5pby5UZXh0IG9yZy5hcGFjaGUuaGFkb29wLmlvLkludFdyaXRhYmxlAQEqb3JnLmFwYWNoZS5oYWRvb3AuaW8uY29tcHJlc3MuRGVmYXVsdENvZGVjAAAAABtL/dY7e8zBTje1ST1xq8j/////G0v91jt7zMFON7VJPXGryAMLeJxjYmICAAAPAAcOeJxjTGRMYkwGAAOAASoLeJxjYWEBAAAbAA0SeJxjYGBgZGBgYAJiZgAAIgAH';
const GZIP_BLOCKS =
  'U0VRBhlvcmcuYXBhY2hlLmhhZG9vcC5pby5UZXh0IG9yZy5hcGFjaGUuaGFkb29wLmlvLkludFdyaXRhYmxlAQEnb3JnLmFwYWNoZS5oYWRvb3AuaW8uY29tcHJlc3MuR3ppcENvZGVjAAAAADoncSZi+XHN/Qo2fQ94kJT/////OidxJmL5cc39CjZ9D3iQlAIWH4sIAAAAAAAAAGNiAgBREeGdAgAAABgfiwgAAAAAAAAAY0xkTAIAWyhKagQAAAAWH4sIAAAAAAAAAGNhAQDiE9giAgAAABwfiwgAAAAAAAAAY2BgYGRgYGACAPWXTLYIAAAA';
const MAPS =
  'U0VRBhlvcmcuYXBhY2hlLmhhZG9vcC5pby5UZXh0IG9yZy5hcGFjaGUuaGFkb29wLmlvLk1hcFdyaXRhYmxlAAAAAAAAdo5AxztyW3pLY6YwUsPvOQAAAA8AAAACAWEAAAAAAYwBeIUAAAAB';
const COMPRESSED_VALUES = Buffer.from(
  'SEQ\x06\x19org.apache.hadoop.io.Text\x19org.apache.hadoop.io.Text\x01\x00*org.apache.hadoop.io.compress.DefaultCodec' +
    '\x00\x00\x00\x00K\xe8\xd8\xbd\xa0\x82\xe8g,XJ\x93\xbc~\x1fj\x00\x00\x00\r\x00\x00\x00\x02\x01ax\x9cc\xaa\xa8\x00\x00' +
    '\x01q\x00\xf3\x00\x00\x00\r\x00\x00\x00\x02\x01bx\x9cc\xaa\xac\x04\x00\x01t\x00\xf5',
  'latin1',
);

describe('a SequenceFile that Spark wrote', () => {
  it('gives strings and whole numbers', () => {
    expect(read(file(TEXT_INT))).toEqual([
      ['a', 1],
      ['é', 2],
    ]);
  });

  it('gives bytes and longs', () => {
    expect(read(file(BYTES_LONG))).toEqual([[new Uint8Array([97, 98]), 1_099_511_627_776]]);
  });

  it('gives doubles and booleans', () => {
    expect(read(file(DOUBLE_BOOLEAN))).toEqual([
      [1.5, true],
      [2.5, false],
    ]);
  });

  it('may be compressed in blocks, by deflate or gzip', () => {
    expect(read(file(BLOCKS))).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    expect(read(file(GZIP_BLOCKS))).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('may have compressed values', () => {
    expect(read(file(COMPRESSED_VALUES))).toEqual([
      ['a', 'xx'],
      ['b', 'yy'],
    ]);
  });

  it('is refused with the name of the class when it holds maps', () => {
    expect(() => read(file(MAPS))).toThrow(
      /IO-115.*names the class org\.apache\.hadoop\.io\.MapWritable/,
    );
  });
});

describe('a SequenceFile of ours', () => {
  it('is, but for its mark, what Spark writes', () => {
    const theirs = Buffer.from(TEXT_INT, 'base64');
    const ours = fs.readFileSync(
      write([
        ['a', 1],
        ['é', 2],
      ]),
    );
    const mark = theirs.indexOf(Buffer.from('6d43be57', 'hex'));
    expect(ours.subarray(0, mark)).toEqual(theirs.subarray(0, mark));
    expect(ours.subarray(mark + 16)).toEqual(theirs.subarray(mark + 16));
  });

  const long = 'ä'.repeat(200);
  it.each<[WritableName, unknown[]]>([
    ['Text', ['', 'x', long]],
    ['IntWritable', [0, -2147483648, 2147483647]],
    ['LongWritable', [-1, 9007199254740991, 9223372036854775807n]],
    ['DoubleWritable', [1, 0.1, Number.POSITIVE_INFINITY]],
    ['FloatWritable', [1, 0.5]],
    ['BooleanWritable', [true, false]],
    ['BytesWritable', [new Uint8Array(0), new Uint8Array([0, 255])]],
    ['NullWritable', [null, null]],
  ])('gives back %s as keys and as values, compressed or not', (name, values) => {
    for (const codec of ['none', 'deflate', 'gzip'] as const) {
      const keys = values.map((value) => [value, 'v']);
      expect(read(write(keys, { classes: [name, 'Text'], codec }))).toEqual(keys);
      const pairs = values.map((value) => ['k', value]);
      expect(read(write(pairs, { classes: ['Text', name], codec }))).toEqual(pairs);
    }
  });

  it.each(['none', 'deflate'] as const)(
    'is read once and in order by splits of any size (%s)',
    (codec) => {
      // Letters that do not compress well, so that there are several blocks.
      const pairs = Array.from({ length: 6000 }, (_, i) => [`${i}`, scramble(i)]);
      const path = write(pairs, { classes: ['Text', 'Text'], codec });
      const size = fs.statSync(path).size;
      for (const length of [97_000, 102_400, 333_333, size - 1]) {
        const read_: unknown[] = [];
        for (let start = 0; start < size; start += length) {
          read_.push(...read(path, start, Math.min(length, size - start)));
        }
        expect(read_).toEqual(pairs);
      }
      expect(read(path, size >> 1).length).toBeGreaterThan(0);
      expect(read(path, size >> 1).length).toBeLessThan(6000);
    },
  );

  it('without records has its classes all the same', () => {
    expect(read(write([]))).toEqual([]);
    expect(read(write([], { codec: 'gzip' }))).toEqual([]);
  });

  it('refuses values of other classes, naming the one to give', () => {
    expect(() => write([['a', 1.5]])).toThrow(/IO-114.*1\.5 is no IntWritable.*DoubleWritable/);
    expect(() => write([['a', new Map()]])).toThrow(/IO-114.*cannot hold Map/);
    expect(() => write([1])).toThrow(/IO-114.*pairs \[key, value\], and 1 is none/);
  });
});

/** 400 hexadecimal digits that follow from `seed`. */
function scramble(seed: number): string {
  let text = '';
  for (let at = seed + 1; text.length < 400; ) {
    at = Math.imul(at ^ (at >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    text += (at >>> 0).toString(16).padStart(8, '0');
  }
  return text;
}

describe('a file that is no sound SequenceFile', () => {
  it('is named with what is wrong', () => {
    expect(() => read(file(Buffer.from('a,b\n')))).toThrow(/IO-110.*letters SEQ/);
    expect(() => read(file(Buffer.from('SEQ\x04')))).toThrow(/IO-110.*version is 4/);
    const whole = Buffer.from(TEXT_INT, 'base64');
    expect(() => read(file(whole.subarray(0, 40)))).toThrow(/IO-110.*ends in the middle/);
    expect(() => read(file(whole.subarray(0, whole.length - 2)))).toThrow(
      /IO-110.*ends in the middle/,
    );
    const damaged = Buffer.from(whole);
    damaged.writeInt32BE(0x7fffffff, damaged.length - 15);
    expect(() => read(file(damaged))).toThrow(/IO-110.*ends in the middle/);
    const block = Buffer.from(BLOCKS, 'base64');
    block[block.length - 15]! ^= 255;
    expect(() => read(file(block))).toThrow(/IO-110.*compressed data are damaged/);
  });

  it('is refused when its codec is unknown', () => {
    const bytes = Buffer.from(
      Buffer.from(BLOCKS, 'base64').toString('latin1').replace('DefaultCodec', 'DefaulTCodec'),
      'latin1',
    );
    expect(() => read(file(bytes))).toThrow(/IO-109.*DefaulTCodec/);
  });
});
