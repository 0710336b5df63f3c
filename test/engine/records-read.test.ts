// How many records and bytes tasks say they have read, which ever way they read them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SparkConf, SparkContext } from '#dist/index.js';
import type { RDD } from '#dist/index.js';

/** Six lines, 36 bytes, in one partition. */
const TEXT = 'a,1,x\nb,2,y\na,3,x\nc,4,y\nb,5,x\na,6,y\n';

const PROGRAMS: Readonly<Record<string, (lines: RDD<string>) => PromiseLike<unknown>>> = {
  'count of lines': (lines) => lines.count(),
  'count of lines with a text': (lines) => lines.filter((l) => l.includes('a')).count(),
  'count of words': (lines) => lines.flatMap((l) => l.split(',')).count(),
  'sum of a field': (lines) => lines.map((l) => Number(l.split(',')[1])).sum(),
  'sums by key': (lines) =>
    lines
      .map((l): [string, number] => [l.split(',')[0]!, Number(l.split(',')[1])])
      .reduceByKey((a, b) => a + b)
      .collect(),
  'lines that pass a filter': (lines) => lines.filter((l) => l.includes('x')).collect(),
  'fields of lines that pass': (lines) =>
    lines
      .map((l) => l.split(','))
      .filter((f) => f[2] === 'y')
      .collect(),
  'two loops after one another': (lines) =>
    lines
      .mapPartitions((part) => part)
      .map((l) => [l].flat().length)
      .collect(),
};

describe.each(['on', 'off'])('with the byte path %s', (bytePath) => {
  let sc: SparkContext;
  let folder: string;
  let file: string;

  beforeAll(() => {
    const conf = new SparkConf().setMaster('local[1]').setAppName('records');
    sc = new SparkContext(conf.set('tspark.bytePath', bytePath));
    folder = mkdtempSync(join(tmpdir(), 'tspark-records-'));
    file = join(folder, 'text.csv');
    writeFileSync(file, TEXT);
  });
  afterAll(async () => {
    await sc.stop();
    rmSync(folder, { recursive: true });
  });

  /** What the tasks of the first stage that an action starts have read. */
  async function readBy(action: () => PromiseLike<unknown>): Promise<unknown> {
    const ends: { stageId: number; recordsRead: number; bytesRead: number }[] = [];
    const stop = sc.events.listen((event) => {
      if (event.kind === 'task-end') ends.push(event);
    });
    await action();
    stop();
    const first = ends.filter(({ stageId }) => stageId === ends[0]?.stageId);
    return {
      records: first.reduce((sum, { recordsRead }) => sum + recordsRead, 0),
      bytes: first.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    };
  }

  it.each(Object.entries(PROGRAMS))('counts each line once: %s', async (_, program) => {
    expect(await readBy(() => program(sc.textFile(file, 1)))).toEqual({ records: 6, bytes: 36 });
  });

  it('counts the numbers of a range', async () => {
    const read = await readBy(() =>
      sc
        .range(100_000)
        .map((n) => n + 1)
        .count(),
    );
    expect(read).toEqual({ records: 100_000, bytes: 0 });
  });
});
