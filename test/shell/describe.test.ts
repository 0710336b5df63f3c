import { describe, expect, it } from 'vitest';
import { Job } from '#dist/job.js';
import { builtin } from '#dist/lineage/function-ref.js';
import { type LineageNode, makeNode } from '#dist/lineage/node.js';
import { describeEngineValue, describeRdd, originText } from '#dist/shell/describe.js';
import { PLAIN_STYLE } from '#dist/shell/style.js';
import { StatCounter } from '#dist/stat-counter.js';
import { StorageLevel } from '#dist/storage-level.js';

const file = makeNode(
  'textFile',
  { kind: 'files', format: { kind: 'text' }, paths: 'samples/airlines.csv', minPartitions: 2 },
  null,
);

function narrow(operation: string, parent: LineageNode): LineageNode {
  const op = { kind: 'map', fn: builtin('identity') } as const;
  return makeNode(operation, { kind: 'narrow', parent, op, preservesPartitioning: false }, null);
}

function describeWith(
  node: LineageNode,
  partitions: PromiseLike<number>,
  type: string | null = null,
) {
  return describeRdd(node, () => partitions, type, PLAIN_STYLE);
}

describe('what the prompt says of engine values', () => {
  it('says what an RDD is and where it comes from', async () => {
    expect(await describeWith(narrow('filter', file), Job.of(2), 'RDD<string>')).toBe(
      "RDD<string> · 2 partitions · textFile 'samples/airlines.csv' → filter",
    );
  });

  it('tells how it is kept, its name, and why partitions cannot be counted', async () => {
    const node = narrow('map', file);
    node.storage = StorageLevel.MEMORY_ONLY;
    node.name = 'hubs';
    expect(
      await describeWith(node, Promise.reject(new Error('Input path does not exist: x'))),
    ).toBe(
      "RDD · named hubs · Input path does not exist: x · textFile 'samples/airlines.csv' → map · kept in memory",
    );
  });

  it('tells the element type of text without a checker where no step changes it', async () => {
    expect(await describeWith(narrow('filter', file), Job.of(1))).toMatch(
      /^RDD<string> · 1 partition · /,
    );
    expect(await describeWith(narrow('map', file), Job.of(1))).toMatch(/^RDD · /);
  });

  it('does not wait long for the number of partitions', async () => {
    expect(await describeWith(file, new Promise(() => {}))).toContain('partitions not counted yet');
  });

  it('says that a Job is to be awaited', async () => {
    expect(
      await describeEngineValue(
        Job.start(
          12,
          async () => 1,
          () => {},
        ),
        null,
        PLAIN_STYLE,
      ),
    ).toBe('Job 12; await it for its value');
  });

  it('shows a StatCounter on one line and leaves other values alone', async () => {
    expect(await describeEngineValue(new StatCounter([1, 3]), null, PLAIN_STYLE)).toBe(
      '(count: 2, mean: 2, stdev: 1, max: 3, min: 1)',
    );
    expect(await describeEngineValue({ a: 1 }, null, PLAIN_STYLE)).toBe(null);
  });
});

describe('originText', () => {
  it('names all parents, joins repeated steps and cuts a long way', () => {
    const union = makeNode(
      'union',
      { kind: 'union', parents: [file, narrow('map', narrow('map', file))] },
      null,
    );
    expect(originText(union)).toBe(
      "union(textFile 'samples/airlines.csv', textFile 'samples/airlines.csv' → map)",
    );
    let node = file;
    for (let i = 0; i < 20; i++) node = narrow(`step${i}`, node);
    expect(originText(node).split(' → ')).toHaveLength(10);
    expect(originText(node)).toContain('… 12 more … → step14');
  });
});
