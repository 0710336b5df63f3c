import { afterAll, describe, expect, it } from 'vitest';
import { SparkConf } from '#dist/conf.js';
import { SparkContext } from '#dist/context.js';
import { RDD } from '#dist/rdd/rdd.js';
import { planText } from '#dist/shell/print/plan-text.js';
import { PLAIN_STYLE } from '#dist/shell/style.js';
import { FakeShell } from './fake-shell.js';
import { value } from './fake-runner.js';
import { KEY, settle } from './keyboard.js';

const sc = new SparkContext(new SparkConf().setMaster('local[2]').setAppName('plan'));
const lines = sc.textFile('samples/airlines.csv', 2);
const counts = lines.map((l) => [l.split(',')[3]!, 1]).reduceByKey((a, b) => a + b);

afterAll(() => sc.stop());

/** Without the places of the calls, which are this file's. */
async function drawn(rdd: RDD<unknown>, columns = 100): Promise<string[]> {
  const stage = await RDD.engineOf(rdd).backend.describe(RDD.nodeOf(rdd));
  return planText(stage!, PLAIN_STYLE, columns)
    .split('\n')
    .map((line) => line.replace(/ {2}plan\.test\.ts:\d+$/, ''));
}

describe('the plan of an RDD', () => {
  it('draws a stage below the shuffle that reads it, numbered in the order they run', async () => {
    expect(await drawn(counts as RDD<unknown>)).toEqual([
      'stage 2 · result · 2 tasks · merged on columns',
      '  reduceByKey (a, b) => a + b',
      '  └─ shuffle by hash from stage 1 · 2 tasks · on bytes',
      '     map (l) => [l.split(",")[3], 1]',
      "     textFile 'samples/airlines.csv'",
    ]);
  });

  it('names the function that kept a stage from running on bytes', async () => {
    expect(await drawn(lines.map((l) => l.length).filter((n) => Math.random() > n))).toEqual([
      'stage 1 · result · 2 tasks · fields taken from bytes',
      '  bytes stop at: Math.random() in filter((n) => Math.random() > n)',
      '  filter (n) => Math.random() > n',
      '  map (l) => l.length',
      "  textFile 'samples/airlines.csv'",
    ]);
  });

  it('tells what is kept, named and read twice', async () => {
    const few = sc
      .parallelize([1, 2, 3], 3)
      .map((n) => n + 1)
      .setName('few')
      .cache();
    expect(await drawn(few.union(few.map((n) => n)))).toEqual([
      'stage 1 · result · 6 tasks · plain',
      '  union',
      '  ├─ map (n) => n + 1 · named few · kept in memory (0 of 3 there)',
      '  │  parallelize',
      '  └─ map (n) => n',
      '     map (n) => n + 1 · named few · kept in memory (0 of 3 there)',
      '     parallelize',
    ]);
    await sc.runJob(few, (records) => [...records], [0]);
    expect((await drawn(few))[1]).toContain('kept in memory (1 of 3 there)');
    await few.count();
    expect((await drawn(few))[1]).toBe('  map (n) => n + 1 · named few · kept in memory');
  });

  it('draws a shuffle that several sides read once', async () => {
    const pairs = sc.parallelize([['a', 1]], 1) as RDD<[string, number]>;
    const grouped = pairs.groupByKey(1);
    const both = grouped.keys().union(grouped.keys());
    expect(await drawn(both)).toEqual([
      'stage 2 · result · 2 tasks · grouped on columns',
      '  union',
      '  ├─ keys',
      '  │  groupByKey',
      '  │  └─ shuffle by hash from stage 1 · 1 task · plain',
      '  │     parallelize',
      '  └─ keys',
      '     groupByKey',
      '     └─ shuffle by hash from stage 1 (above)',
    ]);
  });

  it('cuts long functions to the width', async () => {
    const long = sc.parallelize([1], 1).map((n) => n + 1000001 + 1000002 + 1000003 + 1000004);
    const stage = await RDD.engineOf(long).backend.describe(RDD.nodeOf(long));
    const text = planText(stage!, PLAIN_STYLE, 60);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBe(59);
    expect(text).toContain('…');
  });
});

describe('.plan', () => {
  it('prints the plan of the value of an expression, and refuses what is no RDD', async () => {
    const fake = new FakeShell({ nums: value(sc.range(4)), three: value(3) });
    await fake.type('.plan nums', '.plan three', '.plan');
    await settle(300);
    expect(fake.screen.text.replace(/ {2}plan\.test\.ts:\d+/, '')).toBe(
      [
        '>>> .plan nums',
        'stage 1 · result · 2 tasks · plain',
        '  range',
        '>>> .plan three',
        'three is no RDD: .plan takes the RDD, without an action.',
        '>>> .plan',
        'usage: .plan <rdd>',
        '>>>',
      ].join('\n'),
    );
    fake.shell.session.leave();
    await fake.keyboard.press(KEY.ctrlC, KEY.ctrlD);
    fake.keyboard.end();
  });
});
