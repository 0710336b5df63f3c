// The end of a task: turns a stage's sink into what the generated loop fills, and that into the task's result.
// Runs in the worker.
import { decodeBlock, encodeBlock } from '../blocks/codec.js';
import { BlockWriter } from '../blocks/writer.js';
import { TaskError } from '../errors.js';
import { openTaskWriter } from '../io/writers.js';
import type { FunctionRef } from '../lineage/function-ref.js';
import type { Aggregation } from '../lineage/node.js';
import { copyValue } from '../values/copy.js';
import type { End } from './codegen.js';
import { partitionFunction } from './ordering.js';
import { type MergeEnd, mergeEnd } from './merge-end.js';
import { writeNumbers } from './number-segments.js';
import { RepeatSample } from './repeat-sample.js';
import { SpillingSegments } from './spill/spilling-writers.js';
import { spillingTable } from './spill/tables.js';
import type { Source } from './source.js';
import type { StageSink, TaskOutput } from './stage.js';
import type { TaskServices } from './task-services.js';

export interface SinkServices {
  readonly services: TaskServices;
  readonly partition: number;
  /** Unique among all tries of all tasks. */
  readonly attempt: number;
  /** Feeds a source into an end. */
  drainSource(source: Source, end: End, target: unknown, functions: readonly FunctionRef[]): void;
}

/** A sink ready to be filled. `finish` gets what the loop returned. */
export interface FinishedSink {
  readonly end: End;
  readonly target: unknown;
  readonly functions: readonly FunctionRef[];
  finish(returned: unknown): TaskOutput['result'];
  /** Removes what a task that failed has left behind. */
  readonly abort?: () => void;
}

type Result = TaskOutput['result'];

/** Records a key, up to which combining them further is not worth a table that no longer fits the cache. */
const WORTHWHILE_REPEATS = 2;

/** Makes the end of a stage for one task. */
export function openSink(sink: StageSink, run: SinkServices): FinishedSink {
  const { services } = run;
  const blockOf = (records: unknown): Result => ({
    kind: 'block',
    block: encodeBlock(records as unknown[], services.allocate),
  });
  switch (sink.kind) {
    case 'count':
      return {
        end: { kind: 'count' },
        target: null,
        functions: [],
        finish: (n) => ({ kind: 'count', count: n as number }),
      };
    case 'collect': {
      const writer = resultWriter(services);
      return {
        end: { kind: 'collect' },
        target: writer,
        functions: [],
        finish: () => ({ kind: 'block', block: writer.finish(services.allocate) }),
      };
    }
    case 'take': {
      const writer = resultWriter(services);
      return {
        end: { kind: 'take' },
        target: { writer, limit: sink.limit },
        functions: [],
        finish: () => ({ kind: 'block', block: writer.finish(services.allocate) }),
      };
    }
    case 'reduce':
      return {
        end: { kind: 'reduce', fn: 0 },
        target: null,
        functions: [sink.fn],
        finish: blockOf,
      };
    case 'aggregate': {
      const zero = copyValue(decodeBlock<unknown>(sink.zero)[0]);
      const isSum = sink.fn.kind === 'builtin' && sink.fn.name === 'add';
      return {
        end: { kind: 'aggregate', fn: 0, isSum },
        target: { zero },
        functions: [sink.fn],
        finish: blockOf,
      };
    }
    case 'foreach':
      return {
        end: { kind: 'foreach', fn: 0 },
        target: null,
        functions: [sink.fn],
        finish: () => ({ kind: 'none' }),
      };
    case 'save': {
      const writer = openTaskWriter({ ...sink, partition: run.partition, attempt: run.attempt });
      return {
        end: { kind: 'save' },
        target: writer,
        functions: [],
        finish: () => {
          writer.commit();
          return { kind: 'none' };
        },
        abort: () => writer.abort(),
      };
    }
    case 'send':
      return {
        end: { kind: 'collect' },
        target: services.outgoing,
        functions: [],
        finish: () => ({ kind: 'none' }),
      };
    case 'shuffle-write':
      return shuffleWrite(sink, run);
  }
}

function shuffleWrite(
  sink: Extract<StageSink, { kind: 'shuffle-write' }>,
  run: SinkServices,
): FinishedSink {
  const { services } = run;
  const { partitioner, aggregation } = sink;
  const segments = new SpillingSegments(services, partitioner.partitions);
  const { writers } = segments;
  const finish = (): Result => ({ kind: 'segments', ...segments.finish() });
  if (partitioner.kind === 'round-robin') {
    const first = run.partition % partitioner.partitions;
    return { end: { kind: 'route-records' }, target: { writers, first }, functions: [], finish };
  }
  const partitionOf = partitionFunction(partitioner, services.resolve);
  const combines = aggregation.kind === 'combine' && aggregation.mapSideCombine;
  const merge = combines ? mergeEnd(aggregation, false) : null;
  if (merge === null) {
    return { end: { kind: 'route' }, target: { writers, partitionOf }, functions: [], finish };
  }
  return combinedWrite(run, { aggregation, merge, partitionOf, segments });
}

/** Pairs are combined before they go: as long as keys repeat, and as far as they fit. */
function combinedWrite(
  run: SinkServices,
  {
    aggregation,
    merge,
    partitionOf,
    segments,
  }: {
    readonly aggregation: Aggregation;
    readonly merge: MergeEnd;
    readonly partitionOf: (key: unknown) => number;
    readonly segments: SpillingSegments;
  },
): FinishedSink {
  const { memory } = run.services;
  const { writers } = segments;
  const keyed = spillingTable(run, aggregation);
  const { table } = keyed;
  const sample = new RepeatSample();
  table.onCrowded = () => {
    const { numbers } = table;
    // Where hardly a key repeats, a larger table costs more than it saves: they meet at the reduce side anyway. Keys
    // may repeat further apart than the table reaches, though.
    if (numbers.lookups >= WORTHWHILE_REPEATS * numbers.size) return;
    if (sample.haveRepeated(numbers)) {
      table.onCrowded = null;
      return;
    }
    writeNumbers(numbers, partitionOf, writers);
    numbers.empty();
  };
  return {
    end: merge.end,
    target: table,
    functions: merge.functions,
    finish: () => {
      for (const filled of keyed.tables()) {
        writeNumbers(filled.numbers, partitionOf, writers);
        for (const page of filled.otherPages()) {
          for (const pair of page) writers[partitionOf(pair[0])]!.push(pair);
          memory.look();
        }
        memory.look();
      }
      return { kind: 'segments', ...segments.finish() };
    },
  };
}

function resultWriter(services: TaskServices): BlockWriter<unknown> {
  return new BlockWriter<unknown>({
    limitBytes: services.maxResultBytes,
    onLimit: (sizeBytes) =>
      new TaskError(
        'TASK-106',
        `the result of one partition is larger than ${sizeBytes} bytes, more than spark.driver.maxResultSize allows. Use take(20), toLocalIterator() or saveAsTextFile(), or raise it with --conf spark.driver.maxResultSize=4g.`,
      ),
  });
}
