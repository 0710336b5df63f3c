import { deserialize, serialize } from 'node:v8';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  allocateFresh,
  blockPages,
  decodeBlock,
  encodeBlock,
  finishSegments,
  numberPages,
  segmentPages,
  segmentPairs,
} from '#dist/blocks/codec.js';
import { NumberPairs } from '#dist/blocks/number-pairs.js';
import { BlockWriter, segmentWriters } from '#dist/blocks/writer.js';
import { randomRecords, SAMPLES, seeded } from './samples.js';

const roundTrip = (records: readonly unknown[]): unknown[] => decodeBlock(encodeBlock(records));

describe('a block', () => {
  it.each(Object.entries(SAMPLES))('gives back %s', (_, records) => {
    expect(isDeepStrictEqual(roundTrip(records), deserialize(serialize(records)))).toBe(true);
    expect(encodeBlock(records).count).toBe(records.length);
  });

  it.each(Object.entries(SAMPLES))('gives back %s as a place of tuples', (_, records) => {
    const tuples = records.map((record, i) => [i, record, 'x']);
    expect(isDeepStrictEqual(roundTrip(tuples), deserialize(serialize(tuples)))).toBe(true);
  });

  it.each(Object.entries(SAMPLES))('gives back %s many times over', (_, records) => {
    const many = Array.from({ length: 100 }, () => records).flat();
    expect(isDeepStrictEqual(roundTrip(many), deserialize(serialize(many)))).toBe(true);
  });

  it('gives back thousands of random records', () => {
    const random = seeded(11);
    for (let round = 0; round < 120; round++) {
      const records = randomRecords(random, Math.floor(random() * 300));
      if (!isDeepStrictEqual(roundTrip(records), records))
        expect(roundTrip(records)).toStrictEqual(records);
    }
    const records = randomRecords(random, 5000);
    expect(isDeepStrictEqual(roundTrip(records), records)).toBe(true);
  });

  it('keeps the order of fields', () => {
    const records = Array.from({ length: 3 }, (_, i) => ({ z: i, a: i, m: i }));
    expect(roundTrip(records).map((record) => Object.keys(record as object))).toEqual([
      ['z', 'a', 'm'],
      ['z', 'a', 'm'],
      ['z', 'a', 'm'],
    ]);
  });

  it('gives back a date that is none', () => {
    const [date] = roundTrip([new Date(Number.NaN)]) as [Date];
    expect([date instanceof Date, date.getTime()]).toEqual([true, Number.NaN]);
  });

  it('makes objects that do not share their fields', () => {
    const records = roundTrip([{ a: [1] }, { a: [1] }]) as { a: number[] }[];
    records[0]!.a.push(2);
    expect(records[1]).toEqual({ a: [1] });
  });

  it('does not take a field name for code', () => {
    const name = '"]: (globalThis.hacked = true), ["x';
    const records = Array.from({ length: 3 }, () => ({ [name]: 1 }));
    expect(roundTrip(records)).toStrictEqual(records);
    expect('hacked' in globalThis).toBe(false);
  });

  it('takes the plain data of class instances, as v8.serialize does', () => {
    class Point {
      constructor(readonly x: number) {}
    }
    expect(roundTrip([new Point(1), new Point(2)])).toStrictEqual([{ x: 1 }, { x: 2 }]);
  });

  it('gives typed arrays memory of their own', () => {
    const [bytes, floats] = roundTrip([new Uint8Array([1, 2, 3]), new Float64Array([1])]) as [
      Uint8Array,
      Float64Array,
    ];
    expect([bytes.buffer.byteLength, floats.buffer.byteLength]).toEqual([3, 8]);
    expect(bytes.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('is small: a byte or two for each character and length, four or eight for each number', () => {
    const pairs = Array.from({ length: 10_000 }, (_, i) => [`N${10_000 + i}`, i]);
    // 6 characters, 1 for their length, 4 for the number; heads of pages aside.
    expect(encodeBlock(pairs).byteLength / 10_000).toBeLessThan(11.3);
  });

  it('decodes page by page, each array fresh and of moderate length', () => {
    const records = Array.from({ length: 10_000 }, (_, i) => i);
    const block = encodeBlock(records);
    const pages = [...blockPages<number>(block)];
    expect(pages.flat()).toEqual(records);
    expect(pages.length).toBeGreaterThan(5);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(16_384);
    pages[0]!.length = 0;
    expect(decodeBlock(block)).toEqual(records);
  });

  it('cuts pages by size where records are large', () => {
    const records = Array.from({ length: 100 }, (_, i) => String(i).padEnd(100_000, '.'));
    const pages = [...blockPages<string>(encodeBlock(records))];
    expect(pages.flat()).toEqual(records);
    expect(pages.slice(1).every((page) => page.length <= 6)).toBe(true);
  });

  it('divides a page whose lists are too long together', () => {
    const lists = Array.from({ length: 5 }, (_, i) => new Array<number>(1_200_000).fill(i));
    const pages = [...blockPages<number[]>(encodeBlock(lists))];
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat().map((list) => [list.length, list[0], list.at(-1)])).toEqual(
      [0, 1, 2, 3, 4].map((i) => [1_200_000, i, i]),
    );
  });

  it('fits in a larger buffer that was used before', () => {
    const old = new Uint8Array(new SharedArrayBuffer(100_000)).fill(255);
    const block = encodeBlock(
      [
        ['a', 1],
        ['b', 2],
      ],
      () => old.buffer as unknown as SharedArrayBuffer,
    );
    expect(block.byteLength).toBeLessThan(1000);
    expect(decodeBlock(block)).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('asks for memory once, also when empty', () => {
    const asked: number[] = [];
    const block = encodeBlock([], (size) => {
      asked.push(size);
      return new SharedArrayBuffer(size);
    });
    expect([asked, block.count, decodeBlock(block)]).toEqual([[0], 0, []]);
  });
});

describe('numberPages', () => {
  it('shows the numbers of records where they lie', () => {
    const block = encodeBlock([1.5, 2, 3]);
    const [numbers] = numberPages(block);
    expect(numbers).toEqual(new Float64Array([1.5, 2, 3]));
    expect(numbers!.buffer).toBe(block.buffer);
  });

  it('finds one place of tuples behind columns of every kind', () => {
    const record = ['a', true, null, [1, 2], { x: 1, y: 'z' }, new Map(), [['n', 1]], 42];
    const [numbers] = numberPages(encodeBlock([record, record]), 7);
    expect(numbers).toEqual(new Int32Array([42, 42]));
  });

  it('says null where there are other values', () => {
    expect([...numberPages(encodeBlock(['a']))]).toEqual([null]);
    expect([...numberPages(encodeBlock([[1, null]]), 1)]).toEqual([null]);
    expect([...numberPages(encodeBlock([[1, 2]]), 2)]).toEqual([null]);
    expect([...numberPages(encodeBlock([1]), 0)]).toEqual([null]);
  });
});

describe('segments', () => {
  it('hold the records of each writer', () => {
    const writers = segmentWriters<unknown>(4);
    for (let i = 0; i < 3000; i++) writers[i % 3]!.push([`k${i}`, i]);
    const block = finishSegments(writers, allocateFresh);
    expect(block.counts).toEqual([1000, 1000, 1000, 0]);
    expect([...segmentPages<[string, number]>(block, 1)].flat().map((pair) => pair[1])).toEqual(
      Array.from({ length: 1000 }, (_, i) => 3 * i + 1),
    );
    expect([...segmentPages(block, 3)]).toEqual([]);
    expect([block.offsets.length, block.offsets[0], block.offsets[4]]).toEqual([
      5,
      0,
      block.byteLength,
    ]);
    expect(block.offsets.filter((offset) => offset % 8 !== 0)).toEqual([]);
  });

  it('are empty without records or writers', () => {
    expect(finishSegments([], allocateFresh)).toMatchObject({
      byteLength: 0,
      offsets: [0],
      counts: [],
    });
    expect(finishSegments(segmentWriters(2), allocateFresh)).toMatchObject({
      byteLength: 0,
      offsets: [0, 0, 0],
      counts: [0, 0],
    });
  });

  it('can be very many', () => {
    const writers = segmentWriters<number>(5000);
    for (let i = 0; i < 20_000; i++) writers[(i * 7) % 5000]!.push(i);
    const block = finishSegments(writers, allocateFresh);
    expect(block.counts).toEqual(Array(5000).fill(4));
    expect([...segmentPages(block, 7)].flat()).toEqual([1, 5001, 10_001, 15_001]);
  });
});

describe('pairs of numbers as columns', () => {
  const keys = Float64Array.of(9, 1, -0, Number.NaN, 2.5);
  const values = Float64Array.of(9, 10, 20, 30, 40);
  const segmentsOf = (fill: (writer: BlockWriter<unknown>) => void) => {
    const writers = segmentWriters<unknown>(1);
    fill(writers[0]!);
    return finishSegments(writers, allocateFresh);
  };
  const columnsOf = (page: NumberPairs | unknown[]) => {
    if (!(page instanceof NumberPairs)) return page;
    return [[...page.keys], page.values === null ? null : [...page.values]];
  };

  it('are records to who reads records, and columns to who reads columns', () => {
    const block = segmentsOf((writer) => writer.pushNumberPairs(keys, values, 1, 4));
    expect([...segmentPages(block, 0)]).toEqual([
      [
        [1, 10],
        [-0, 20],
        [Number.NaN, 30],
      ],
    ]);
    expect([...segmentPairs(block, 0)].map(columnsOf)).toEqual([
      [
        [1, -0, Number.NaN],
        [10, 20, 30],
      ],
    ]);
  });

  it('may have nulls in place of values', () => {
    const block = segmentsOf((writer) => writer.pushNumberPairs(keys, null, 0, 2));
    expect([...segmentPages(block, 0)]).toEqual([
      [
        [9, null],
        [1, null],
      ],
    ]);
    expect([...segmentPairs(block, 0)].map(columnsOf)).toEqual([[[9, 1], null]]);
  });

  it('keep their place among other records, whose pages are told apart', () => {
    const block = segmentsOf((writer) => {
      writer.push(['a', 1]);
      writer.pushNumberPairs(keys, values, 0, 1);
      writer.push([1, undefined]);
      writer.pushNumberPairs(keys, values, 4, 5);
    });
    expect(block.counts).toEqual([4]);
    expect([...segmentPairs(block, 0)].map(columnsOf)).toEqual([
      [['a', 1]],
      [[9], [9]],
      [[1, undefined]],
      [[2.5], [40]],
    ]);
  });

  it('are cut into pages', () => {
    const many = Float64Array.from({ length: 10_000 }, (_, i) => i);
    const block = segmentsOf((writer) => writer.pushNumberPairs(many, many, 0, 10_000));
    const pages = [...segmentPairs(block, 0)];
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flatMap((page) => [...(page as NumberPairs).keys])).toEqual([...many]);
  });

  it('are found out when they are damaged', () => {
    const block = segmentsOf((writer) => writer.pushNumberPairs(keys, values, 0, 5));
    new Uint8Array(block.buffer)[60]! ^= 1;
    expect(() => [...segmentPairs(block, 0)]).toThrow('BLOCK-901');
  });
});

describe('a writer', () => {
  it('counts records and bytes and is empty after finishing', () => {
    const writer = new BlockWriter<number>();
    expect([writer.count, writer.sizeBytes]).toEqual([0, 0]);
    writer.pushAll(Array.from({ length: 5000 }, (_, i) => i));
    writer.push(5000);
    expect(writer.count).toBe(5001);
    expect(writer.sizeBytes).toBeGreaterThan(4 * 5001);
    expect(writer.finish(allocateFresh).count).toBe(5001);
    expect([writer.count, writer.sizeBytes]).toEqual([0, 0]);
    writer.push(1);
    expect(decodeBlock(writer.finish(allocateFresh))).toEqual([1]);
  });

  it('stops at its limit with the error it was given', () => {
    const writer = new BlockWriter<string>({
      limitBytes: 10_000,
      onLimit: (size) => new Error(`too much: ${size > 10_000}`),
    });
    expect(() => {
      for (let i = 0; i < 100_000; i++) writer.push('ten letters');
    }).toThrow('too much: true');
    expect(writer.count).toBe(0);
  });

  it('reports the limit at the end where it is reached by the last page', () => {
    const writer = new BlockWriter<string>({
      limitBytes: 100,
      onLimit: () => new Error('too much'),
    });
    writer.push('x'.repeat(200));
    expect(() => writer.finish(allocateFresh)).toThrow('too much');
  });
});
