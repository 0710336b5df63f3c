import { describe, expect, it } from 'vitest';
import { SparkConf } from '#dist/conf.js';
import { builtin } from '#dist/lineage/function-ref.js';
import { type LineageNode, makeNode, type NodeSpec } from '#dist/lineage/node.js';
import { PartitionTable } from '#dist/scheduler/partition-table.js';
import { neighbours, StageCutter } from '#dist/scheduler/stage-cutter.js';

const node = (operation: string, spec: NodeSpec): LineageNode => makeNode(operation, spec, null);
const source = (partitions: number): LineageNode =>
  node('range', {
    kind: 'range',
    start: 0,
    step: 1,
    bounds: Array.from({ length: partitions + 1 }, (_, i) => i),
  });
const map = (parent: LineageNode, preservesPartitioning = false): LineageNode =>
  node('map', {
    kind: 'narrow',
    parent,
    op: { kind: 'map', fn: builtin('identity') },
    preservesPartitioning,
  });
const shuffle = (parent: LineageNode, partitions: number | null): LineageNode =>
  node('partitionBy', {
    kind: 'shuffle',
    parent,
    partitioner: { kind: 'hash', partitions },
    aggregation: { kind: 'none' },
    sort: null,
  });

function setup(entries: [string, string][] = []) {
  const conf = new SparkConf(false);
  for (const [key, value] of entries) conf.set(key, value);
  const table = new PartitionTable(conf, 2);
  const cutter = new StageCutter({
    table,
    isFullyCached: () => false,
    offsetsOf: () => null,
    onNode: () => {},
  });
  return { table, cutter };
}

describe('PartitionTable', () => {
  it('takes the number of partitions of a shuffle from the parent unless the configuration says otherwise', () => {
    expect(setup().table.layout(shuffle(source(3), null)).partitions).toBe(3);
    expect(
      setup([['spark.default.parallelism', '7']]).table.layout(shuffle(source(3), null)).partitions,
    ).toBe(7);
    expect(setup().table.layout(shuffle(source(3), 2)).partitions).toBe(2);
  });

  it('keeps the partitioner through operations that preserve it and drops it in others', () => {
    const { table } = setup();
    const keyed = shuffle(source(3), 2);
    expect(table.layout(map(keyed, true)).partitioner).not.toBeNull();
    expect(table.layout(map(keyed)).partitioner).toBeNull();
  });

  it('does not shuffle what is partitioned as wanted', () => {
    const { table } = setup();
    expect(table.layout(shuffle(shuffle(source(3), 2), 2)).moves).toEqual([false]);
    expect(table.layout(shuffle(shuffle(source(3), 2), 4)).moves).toEqual([true]);
  });

  it('lines up a union of parents that share a partitioner', () => {
    const { table } = setup();
    const a = shuffle(source(3), 2);
    const b = shuffle(source(5), 2);
    expect(table.layout(node('union', { kind: 'union', parents: [a, b] })).partitions).toBe(2);
    expect(table.layout(node('union', { kind: 'union', parents: [a, source(4)] })).partitions).toBe(
      6,
    );
  });

  it('walks a lineage of 20,000 nodes', () => {
    let last = source(2);
    for (let i = 0; i < 20_000; i++) last = map(last);
    expect(setup().table.layout(last).partitions).toBe(2);
  });
});

describe('StageCutter', () => {
  it('stops at shuffles', () => {
    const { cutter } = setup();
    const first = map(source(3));
    const reduced = shuffle(first, 2);
    const cut = cutter.cut(map(reduced));
    expect(cut.nodes.map((each) => each.spec.kind)).toEqual(['narrow', 'shuffled']);
    expect(cut.shuffles.map((each) => each.parent.id)).toEqual([first.id]);
  });

  it('shares one shuffle between the two sides of a self-join', () => {
    const { cutter } = setup();
    const keyed = map(source(3));
    const cut = cutter.cut(
      node('cogroup', {
        kind: 'cogroup',
        parents: [keyed, keyed],
        partitioner: { kind: 'hash', partitions: 2 },
      }),
    );
    expect(cut.shuffles).toHaveLength(1);
  });

  it('groups neighbours as evenly as Spark does', () => {
    expect(neighbours(8, 3)).toEqual([
      [0, 1],
      [2, 3, 4],
      [5, 6, 7],
    ]);
    expect(neighbours(5, 2)).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
  });
});
