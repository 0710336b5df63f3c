// Which path stages take, and that data which do not fit one lead to the same answers by the other.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SparkConf, SparkContext } from '#dist/index.js';

let sc: SparkContext;
let folder: string;

beforeAll(() => {
  sc = new SparkContext(new SparkConf().setMaster('local[2]').setAppName('paths'));
  folder = mkdtempSync(join(tmpdir(), 'tspark-paths-'));
});
afterAll(async () => {
  await sc.stop();
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const sum = (a: number, b: number): number => a + b;

describe('text that fits', () => {
  it('keeps keys in the order they appear, ASCII or not', async () => {
    const path = file('keys.txt', 'b,1\né,2\na,3\nb,4\né,5\n');
    const pairs = sc.textFile(path, 1).map((l) => [l.split(',')[0], +l.split(',')[1]!]);
    expect(await (pairs as never as Pairs).reduceByKey(sum, 1).collect()).toEqual([
      ['b', 5],
      ['é', 7],
      ['a', 3],
    ]);
  });

  it('keeps keys of several fields, of numbers and of texts put together', async () => {
    const path = file('composite.txt', 'b,1,x\né,2,x\nb,1,x\na,1,\nb,1,xx\n');
    const keyed = (key: (l: string) => unknown) =>
      (sc.textFile(path, 1).map((l) => [key(l), 1] as [unknown, number]) as never as Pairs)
        .reduceByKey(sum, 1)
        .collect();
    expect(await keyed((l) => [l.split(',')[0], l.split(',')[2]])).toEqual([
      [['b', 'x'], 2],
      [['é', 'x'], 1],
      [['a', ''], 1],
      [['b', 'xx'], 1],
    ]);
    expect(await keyed((l) => Number(l.split(',')[1]))).toEqual([
      [1, 4],
      [2, 1],
    ]);
    expect(await keyed((l) => [Number(l.split(',')[1]), l.split(',')[0]])).toEqual([
      [[1, 'b'], 3],
      [[2, 'é'], 1],
      [[1, 'a'], 1],
    ]);
    expect(await keyed((l) => `${l.split(',')[0]}/${l.split(',')[3]}`)).toEqual([
      ['b/undefined', 3],
      ['é/undefined', 1],
      ['a/undefined', 1],
    ]);
  });

  it('drops lines before they are text', async () => {
    const path = file('drop.txt', 'keep 1\ndrop\nkeep 2\n'.repeat(3));
    const kept = sc.textFile(path, 1).filter((l) => l.startsWith('keep'));
    expect(await kept.map((l) => l.toUpperCase()).take(3)).toEqual(['KEEP 1', 'KEEP 2', 'KEEP 1']);
  });
});

describe('text that does not fit', () => {
  it('counts a missing field as null, as the plain path does', async () => {
    const path = file('short.txt', 'a,x\nb\nc,x\nd\n');
    const pairs = sc.textFile(path, 1).map((l) => [l.split(',')[1], 1]);
    expect(await (pairs as never as Pairs).reduceByKey(sum, 1).collect()).toEqual([
      ['x', 2],
      [null, 2],
    ]);
  });

  it('merges what both paths have written in one shuffle', async () => {
    const clean = file('clean.txt', 'a,1\nb,2\n');
    const dirty = file('dirty.txt', 'b,10\r\nc,20\r\n');
    const lines = sc.textFile(`${clean},${dirty}`, 1);
    const pairs = lines.map((l) => [l.split(',')[0], Number(l.split(',')[1])]);
    expect(await (pairs as never as Pairs).reduceByKey(sum, 1).collect()).toEqual([
      ['a', 1],
      ['b', 12],
      ['c', 20],
    ]);
  });

  it('throws the user’s error at the record that throws', async () => {
    const path = file('throws.txt', 'a,long\nb\n');
    const lengths = sc.textFile(path, 1).map((l) => l.split(',')[1]!.length);
    await expect(lengths.sum()).rejects.toThrow(/TypeError.*Record: 'b'/s);
    expect(await lengths.take(1)).toEqual([4]);
  });

  it('reads a line longer than a chunk', async () => {
    const path = file('long.txt', `a,${'x'.repeat(300_000)}\nb,1\n`);
    expect(
      await sc
        .textFile(path, 1)
        .map((l) => l.split(',')[1]!.length)
        .collect(),
    ).toEqual([300_000, 1]);
  });
});

interface Pairs {
  reduceByKey(
    fn: (a: number, b: number) => number,
    partitions: number,
  ): { collect(): Promise<unknown[]> };
}
