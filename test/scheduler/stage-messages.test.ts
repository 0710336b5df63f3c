// Stages that do what one did before are named; what differs in anything that matters is sent.
import { beforeEach, describe, expect, it } from 'vitest';
import { captureClosure } from '#dist/closure/capture.js';
import { SparkConf } from '#dist/conf.js';
import { builtin, type FunctionRef } from '#dist/lineage/function-ref.js';
import { type LineageNode, makeNode, type NodeSpec } from '#dist/lineage/node.js';
import type { Stage, StageSink } from '#dist/plan/stage.js';
import { PartitionTable } from '#dist/scheduler/partition-table.js';
import { StageCutter } from '#dist/scheduler/stage-cutter.js';
import { StageMessages } from '#dist/scheduler/stage-messages.js';

const node = (operation: string, spec: NodeSpec): LineageNode => makeNode(operation, spec, null);
const site = (line: number) => ({ file: '/app.ts', line, column: 1 });

/** What `map(fn)` at a line captures: the same for the same arrow at the same line. */
const closure = (fn: Function, line: number): FunctionRef => ({
  kind: 'closure',
  payload: captureClosure(fn, { operation: 'map', site: site(line) }),
});
const data = (partitions = 2): LineageNode =>
  node('parallelize', { kind: 'blocks', partitions: new Array(partitions).fill(null) });
const map = (parent: LineageNode, fn: FunctionRef): LineageNode =>
  node('map', {
    kind: 'narrow',
    parent,
    op: { kind: 'map', fn },
    preservesPartitioning: false,
  });
const reduced = (parent: LineageNode, fn: FunctionRef, partitions: number): LineageNode =>
  node('reduceByKey', {
    kind: 'shuffle',
    parent,
    partitioner: { kind: 'hash', partitions },
    aggregation: {
      kind: 'combine',
      create: null,
      mergeValue: fn,
      mergeCombiners: fn,
      mapSideCombine: true,
    },
    sort: null,
  });

const collect: StageSink = { kind: 'collect' };
const double = (): FunctionRef => closure((x: number) => x * 2, 1);

describe('the message of a stage', () => {
  let cutter: StageCutter;
  let messages: StageMessages;
  let forgotten: number[];
  let stageId: number;

  beforeEach(() => {
    cutter = new StageCutter({
      table: new PartitionTable(new SparkConf(false), 2),
      isFullyCached: () => false,
      offsetsOf: () => null,
      onNode: () => {},
    });
    forgotten = [];
    stageId = 0;
    messages = new StageMessages({
      usesBytes: true,
      onForgotten: (model) => forgotten.push(model),
    });
  });

  function tell(output: LineageNode, sink: StageSink = collect, more: Partial<Stage> = {}) {
    const { nodes, shuffles } = cutter.cut(output);
    const id = stageId++;
    const stage: Stage = { id, barrierTasks: 0, nodes, output: 0, sink, properties: {}, ...more };
    return messages.of(
      stage,
      shuffles.map((each) => each.shuffleId),
    );
  }
  const worker = () => ({ knownModels: new Set<number>() });

  it('is a name from the third time on, for a worker that was told', () => {
    const [one, other] = [worker(), worker()];
    expect(tell(map(data(), double()))(one)).toMatchObject({ type: 'stage', model: null });
    expect(tell(map(data(), double()))(one)).toMatchObject({ type: 'stage', model: 0 });
    const third = tell(map(data(), double()), collect, { properties: { a: 'b' } });
    expect(third(one)).toEqual({
      type: 'same-stage',
      id: 2,
      properties: { a: 'b' },
      shuffleIds: [],
      model: 0,
    });
    expect(third(other)).toMatchObject({ type: 'stage', model: 0, stage: { id: 2 } });
    expect(third(other)).toMatchObject({ type: 'same-stage' });
  });

  it('names its shuffles, which are others each time', () => {
    const sum = () => closure((a: number, b: number) => a + b, 2);
    const said = [0, 1, 2].map(() => tell(reduced(data(), sum(), 2))(worker()));
    expect(said.map(({ shuffleIds }) => shuffleIds)).toEqual([[0], [1], [2]]);
    expect(said.map(({ model }) => model)).toEqual([null, 0, 0]);
  });

  it.each<[string, () => LineageNode, StageSink?]>([
    [
      'another function',
      () =>
        map(
          data(),
          closure((x: number) => x * 3, 1),
        ),
    ],
    [
      'another line',
      () =>
        map(
          data(),
          closure((x: number) => x * 2, 2),
        ),
    ],
    ['another operation', () => node('flatMap', map(data(), double()).spec)],
    ['another number of partitions', () => map(data(3), double())],
    ['one more step', () => map(map(data(), double()), double())],
    ['another end', () => map(data(), double()), { kind: 'count' }],
    ['a limit', () => map(data(), double()), { kind: 'take', limit: 1 }],
  ])('is its own with %s', (_, make, sink) => {
    const one = worker();
    for (let i = 0; i < 3; i++) tell(map(data(), double()))(one);
    expect(tell(make(), sink)(one)).toMatchObject({ type: 'stage', model: null });
    expect(tell(make(), sink)(one)).toMatchObject({ type: 'stage', model: 1 });
    expect(tell(map(data(), double()))(one)).toMatchObject({ type: 'same-stage', model: 0 });
  });

  it('tells limits and partitions of a shuffle apart', () => {
    const one = worker();
    const sum = () => closure((a: number, b: number) => a + b, 2);
    for (const limit of [1, 1, 2, 2]) tell(data(), { kind: 'take', limit })(one);
    expect(tell(data(), { kind: 'take', limit: 2 })(one)).toMatchObject({ model: 1 });
    for (const partitions of [2, 2, 3, 3]) tell(reduced(data(), sum(), partitions))(one);
    // What the stage that reads it does is the same, however many there are.
    expect(tell(reduced(data(), sum(), 3))(one)).toMatchObject({ type: 'same-stage' });
  });

  it.each<[string, () => LineageNode]>([
    [
      'a captured variable, new each time',
      () => {
        const factor = { of: 2 };
        return map(
          data(),
          closure((x: number) => x * factor.of, 1),
        );
      },
    ],
    [
      'a function of partitions',
      () =>
        node('mapPartitions', {
          kind: 'narrow',
          parent: data(),
          op: { kind: 'mapPartitions', fn: double(), withIndex: false },
          preservesPartitioning: false,
        }),
    ],
    ['a function of ours with a text', () => map(data(), builtin('identity', ['text']))],
  ])('is never a name for %s', (_, make) => {
    const one = worker();
    for (let i = 0; i < 4; i++)
      expect(tell(make())(one)).toMatchObject({ type: 'stage', model: null });
  });

  it('is sent again once so many others came that the model was forgotten', () => {
    const one = worker();
    for (let i = 0; i < 3; i++) tell(map(data(), double()))(one);
    for (let limit = 0; limit < 256; limit++) tell(data(), { kind: 'take', limit })(one);
    expect(forgotten).toEqual([0]);
    expect(tell(map(data(), double()))(one)).toMatchObject({ type: 'stage', model: null });
  });
});
