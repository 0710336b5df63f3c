// Output folders go between tspark and real Spark in both directions. Left out, by name, where there is no Spark.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withContext } from '../rdd/with-context.js';
import { findSpark } from './find-spark.js';

const spark = findSpark();
const sc = withContext();
const CODECS = 'org.apache.hadoop.io.compress.';
const SPARK_LIMIT_MS = 180_000;

let folder: string;
/** What Spark read from our folders, by folder. */
let found: Readonly<Record<string, unknown>>;

async function exchange(command: readonly string[]): Promise<void> {
  folder = mkdtempSync(path.join(tmpdir(), 'tspark-interop-'));
  const ours = path.join(folder, 'tspark');
  const words = sc().parallelize(['b', 'a', 'é', '', 'b', 'line one\nline two'], 3);
  await words.saveAsTextFile(`${ours}/text`);
  await words.saveAsTextFile(`${ours}/gzip`, `${CODECS}GzipCodec`);
  await words.saveAsTextFile(`${ours}/deflate`, `${CODECS}DefaultCodec`);
  await sc().parallelize([], 2).saveAsTextFile(`${ours}/empty`);
  await sc()
    .range(6, undefined, 1, 3)
    .map((i): [number, number] => [5 - i, i])
    .sortByKey(true, 2)
    .map(([k, v]) => `${k}\t${v}`)
    .saveAsTextFile(`${ours}/sorted`);
  const program = fileURLToPath(new URL('./spark_side.py', import.meta.url));
  const [name = '', ...before] = command;
  const run = spawnSync(name, [...before, program, folder], {
    encoding: 'utf8',
    timeout: SPARK_LIMIT_MS,
    env: { ...process.env, PYTHONHASHSEED: '0' },
  });
  const line = run.stdout.split('\n').find((text) => text.startsWith('FOUND '));
  if (line === undefined) throw new Error(`Spark ended with ${run.status}: ${run.stderr}`);
  found = JSON.parse(line.slice('FOUND '.length)) as typeof found;
}

describe.skipIf(typeof spark === 'string')('output folders of tspark', () => {
  beforeAll(() => exchange(spark as readonly string[]), SPARK_LIMIT_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const LINES = ['', 'a', 'b', 'b', 'line one', 'line two', 'é'];
  const sortedText = (lines: unknown) => [...(lines as string[])].sort();

  it('are read by Spark, plain and compressed', () => {
    expect(sortedText(found.text)).toEqual(LINES);
    expect(sortedText(found.gzip)).toEqual(LINES);
    expect(sortedText(found.deflate)).toEqual(LINES);
    expect(found.empty).toEqual([]);
  });

  it('keep their records in order within a part', () => {
    const keys = (found.sorted as [string, string][]).map(([k, v]) => `${k}${v}`);
    expect(keys.slice().sort()).toEqual(['05', '14', '23', '32', '41', '50']);
    // The file system gives Spark the parts in any order; within one the keys rise.
    expect([...keys.slice(0, 3)].sort()).toEqual(keys.slice(0, 3));
  });

  it('are not overwritten by Spark', () => {
    expect(found.refused).toBe(true);
  });

  it.each(['text', 'gzip', 'bzip2', 'deflate'])('of Spark are read by tspark: %s', async (name) => {
    const theirs = sc().textFile(path.join(folder, 'spark', name));
    expect(await theirs.collect()).toEqual(['b', 'a', 'é', '', 'b', 'line one', 'line two']);
  });

  it('of Spark keep their order over parts, and may be empty', async () => {
    const counts = await sc()
      .textFile(path.join(folder, 'spark', 'counts'))
      .collect();
    expect(counts.slice(0, 3)).toEqual(['\t1', 'a\t1', 'b\t2']);
    expect(
      await sc()
        .textFile(path.join(folder, 'spark', 'empty'))
        .count(),
    ).toBe(0);
    await expect(
      sc()
        .parallelize([1])
        .saveAsTextFile(path.join(folder, 'spark', 'empty')),
    ).rejects.toThrow(/already exists/);
  });
});

describe.skipIf(typeof spark !== 'string')('without Spark', () => {
  it(`the exchange with Spark is left out: ${typeof spark === 'string' ? spark : ''}`, (context) => {
    context.skip(String(spark));
  });
});
