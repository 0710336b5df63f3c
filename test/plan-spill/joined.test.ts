// A join whose table outgrows its room while it is filled goes on with lists by key in files, and misses no pair.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JoinTable } from '#dist/plan/join-table.js';
import { openJoin } from '#dist/plan/joined.js';
import type { CogroupTable } from '#dist/plan/list-tables.js';
import type { PartitionReader } from '#dist/plan/task-services.js';
import { FakeTask } from './services.js';

type Pair = [unknown, unknown];
let task: FakeTask;
beforeEach(() => {
  task = new FakeTask();
  task.memory.begin();
});
afterEach(() => task.close());

/** Sides whose pairs come one by one; `look` is what the heap holds after each of them. */
function readerOf(sides: readonly Pair[][], look: (i: number) => number): PartitionReader {
  const drainNode: PartitionReader['drainNode'] = (node, _partition, end, target) => {
    for (const [i, [key, value]] of sides[node]!.entries()) {
      if (end.kind === 'build') (target as JoinTable).push(key, value);
      else (target as CogroupTable).append(key, node === 0 ? [[value], []] : [[], [value]]);
      task.lookAt(look(i));
      task.usedBytes = 0;
    }
  };
  const { memory, folder } = task;
  return { drainNode, services: { memory, folder } } as unknown as PartitionReader;
}

const NARROW = [
  { kind: 'narrow', node: 0 },
  { kind: 'narrow', node: 1 },
] as const;

const LEFT: Pair[] = Array.from({ length: 40 }, (_, i) => [i % 20, `l${i}`]);
const RIGHT: Pair[] = Array.from({ length: 30 }, (_, i) => [i % 15, `r${i}`]);

describe('a join', () => {
  test('is built on the right side where both lie where they are', () => {
    const join = openJoin(
      readerOf([LEFT, RIGHT], () => 0),
      NARROW,
      0,
    );
    if (join.kind !== 'table') throw new Error('lists in place of a table');
    expect([join.isLeft, join.passing, join.table.size]).toEqual([true, NARROW[0], 30]);
    expect([...join.table.valuesOf(join.table.find(3))]).toEqual(['r3', 'r18']);
    expect(task.files()).toEqual([]);
  });

  test('becomes lists in files where the table does not fit', () => {
    const join = openJoin(
      readerOf([LEFT, RIGHT], (i) => 1000 * (i + 1)),
      NARROW,
      0,
    );
    if (join.kind !== 'lists') throw new Error('a table in place of lists');
    expect(task.files().length).toBeGreaterThan(3);
    const lists = [...(join.source.value as Iterable<[number, unknown[][]][]>)].flat();
    expect(lists.sort(([a], [b]) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, key) => [
        key,
        [[`l${key}`, `l${key + 20}`], key < 15 ? [`r${key}`, `r${key + 15}`] : []],
      ]),
    );
    expect(task.files()).toEqual([]);
  });
});
