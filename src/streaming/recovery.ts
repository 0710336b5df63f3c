// Loads a checkpoint and lays its data over the program's streams. Driver only.
import { UsageError } from '../errors.js';
import { makeNode } from '../lineage/node.js';
import {
  type BatchData,
  CHECKPOINT_SCHEMA,
  type CheckpointData,
  type OperatorData,
  timeOfName,
} from './checkpoint-data.js';
import { CheckpointFolder } from './checkpoint-folder.js';
import type { OperatorState } from './compute.js';
import { rddOver } from './handles.js';
import { operatorIds } from './operator-ids.js';
import { StateChain, type StateParts } from './state-chain.js';
import type { StreamNode } from './stream-node.js';

/** A checkpoint with its blocks in memory, and the batches that were noted since. */
export interface LoadedCheckpoint {
  readonly data: CheckpointData;
  readonly states: ReadonlyMap<string, StateParts>;
  /** In order of time; those after the checkpoint were perhaps not processed. */
  readonly batches: readonly BatchData[];
  readonly folder: CheckpointFolder;
}

/** What a run begins with after a crash. */
export interface Recovery {
  readonly zeroMs: number;
  readonly timeMs: number;
  /** Times of batches to process again. */
  readonly pending: readonly number[];
  readonly states: ReadonlyMap<StreamNode, OperatorState>;
}

/** The newest checkpoint of a folder that can be read whole, null if there is none. */
export function loadCheckpoint(path: string): LoadedCheckpoint | null {
  const folder = new CheckpointFolder(path);
  const problems: string[] = [];
  const names = folder.names.filter((name) => timeOfName(name, 'checkpoint') !== null);
  const batches = folder.names
    .filter((name) => timeOfName(name, 'batch') !== null)
    .map((name) => folder.read<BatchData>(name))
    .filter((batch) => batch !== null);
  for (const name of names.reverse()) {
    try {
      const data = folder.read<CheckpointData>(name);
      if (data === null) throw new RangeError('it is damaged');
      if (data.schema !== CHECKPOINT_SCHEMA) {
        throw new RangeError(`it has format ${data.schema}, not ${CHECKPOINT_SCHEMA}`);
      }
      const states = new Map(data.operators.map((op) => [op.id, partsOf(folder, op)]));
      return { data, states, batches, folder };
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length > 0) throw unreadable(path, problems);
  return null;
}

function unreadable(path: string, problems: readonly string[]): UsageError {
  return new UsageError(
    'STREAM-108',
    `The checkpoint in ${path} cannot be read:\n  ${problems.join('\n  ')}\n` +
      'Restore the folder from a copy, or remove it to begin without any state.',
  );
}

function partsOf(folder: CheckpointFolder, operator: OperatorData): StateParts {
  return operator.partitions.map((pieces) =>
    pieces.map(({ version, file }) => ({ version, stored: folder.readBlock(file) })),
  );
}

/**
 * Finds the operators that the data belongs to and hands it to them. `reset` names operators whose data
 * is to be dropped. Throws UsageError STREAM-108 that lists what has no operator any more.
 */
export function applyCheckpoint(
  { data, states, batches, folder }: LoadedCheckpoint,
  roots: readonly StreamNode[],
  settings: {
    readonly batchMs: number;
    readonly reset: readonly string[];
    tell(text: string): void;
  },
): Recovery {
  const nodes = operatorIds(roots);
  const problems: string[] = [];
  const restored = new Map<StreamNode, OperatorState>();
  for (const operator of data.operators) {
    if (settings.reset.includes(operator.id)) continue;
    const node = nodes.get(operator.id);
    const found = node === undefined ? null : node.spec.kind;
    if (node === undefined) {
      problems.push(
        `${operator.id}: a state of ${operator.operation} that the program does not have`,
      );
    } else if (found !== operator.kind) {
      problems.push(
        `${operator.id}: a state of ${operator.operation}, but it is ${node.operation} now`,
      );
    } else {
      restored.set(node, stateFor(node, operator, states.get(operator.id) ?? []));
    }
  }
  const { batchMs } = settings;
  // With another batch duration the noted batches have no place in time: their data comes in new ones.
  const noted = data.batchMs === batchMs ? batches : [];
  const lastMs = Math.max(data.timeMs, ...noted.map((batch) => batch.timeMs));
  const positions = new Map(data.sources.map((source) => [source.id, source.position]));
  const sourceIds = new Set([...positions.keys(), ...noted.flatMap((b) => Object.keys(b.inputs))]);
  for (const id of sourceIds) {
    if (settings.reset.includes(id)) continue;
    const node = nodes.get(id);
    if (node?.spec.kind !== 'input') {
      problems.push(`${id}: the position of a source that the program does not have`);
      continue;
    }
    const ranges = noted
      .filter((batch) => id in batch.inputs)
      .map((batch): [number, unknown] => [batch.timeMs, batch.inputs[id]]);
    node.spec.source.recover?.({
      position: positions.get(id),
      ranges: new Map(ranges),
      checkpointMs: data.timeMs,
      untilMs: lastMs,
      readBlock: (file) => folder.readBlock(file),
      tell: (text) => settings.tell(text),
    });
  }
  if (problems.length > 0) throw mismatch(problems, [...nodes.keys()]);
  return {
    zeroMs: Math.floor(data.zeroMs / batchMs) * batchMs,
    timeMs: data.timeMs,
    pending: noted.map((batch) => batch.timeMs).filter((timeMs) => timeMs > data.timeMs),
    states: restored,
  };
}

function mismatch(problems: readonly string[], known: readonly string[]): UsageError {
  return new UsageError(
    'STREAM-108',
    `The checkpoint holds data that no operator of the program takes:\n  ${problems.join('\n  ')}\n` +
      `The program has: ${known.join(', ') || 'no operators with data'}. Give an operator the name that its ` +
      "data has with .name('…'), or drop the data by setting tspark.streaming.checkpoint.reset to its names, " +
      'separated by commas.',
  );
}

function stateFor(node: StreamNode, operator: OperatorData, parts: StateParts): OperatorState {
  const { sc, spec } = node;
  const { timeMs } = operator;
  const partitioner = { kind: 'hash', partitions: parts.length } as const;
  if (spec.kind === 'mapped-state') {
    const { fn, timeoutMs } = spec;
    const chain = new StateChain(
      { sc, operation: node.operation, fn, timeoutMs, partitioner },
      parts,
    );
    if (parts.length === spec.partitioner.partitions) return { rdd: null, chain, timeMs };
    // Spread otherwise than before: begun anew with all states.
    return { rdd: chain.snapshot(), chain: null, timeMs };
  }
  const partitions = parts.map((pieces) => pieces[0]!.stored);
  const blocks = makeNode(node.operation, { kind: 'blocks', partitions, partitioner }, node.site);
  return { rdd: rddOver(sc, blocks), chain: null, timeMs };
}
