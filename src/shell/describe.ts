// What the prompt says of the engine's own values: what they are and where they come from. Nothing is read and no
// job is run; listing files to count partitions is all that may happen.
import { Broadcast } from '../broadcast.js';
import { DRIVER_ONLY } from '../closure/payload.js';
import { Job } from '../job.js';
import { currentSpec, type LineageNode, parentsOf } from '../lineage/node.js';
import { RDD } from '../rdd/rdd.js';
import { StatCounter } from '../stat-counter.js';
import { lineOfDescent, type StreamNode } from '../streaming/stream-node.js';
import { counted } from './grouped.js';
import { keptText } from './kept-text.js';
import { cellText } from './print/value-text.js';
import type { Style } from './style.js';
import { cutText } from './text-width.js';

/** How long counting partitions may keep the prompt. */
const COUNT_MS = 300;
const MAX_STEPS = 10;
/** Characters shown of a broadcast's value. */
const MAX_SAMPLE = 60;

/** The description of an engine value, null for anything else. `type` is its type as text, if known. */
export async function describeEngineValue(
  value: unknown,
  type: string | null,
  style: Style,
): Promise<string | null> {
  if (value instanceof Job) {
    void value.catch(() => {});
    return value.id < 0
      ? 'a Job; await it for its value'
      : `Job ${value.id}; await it for its value`;
  }
  if (value instanceof StatCounter) return String(value);
  if (value instanceof Broadcast) return describeBroadcast(value);
  if (value instanceof RDD)
    return describeRdd(RDD.nodeOf(value), () => value.getNumPartitions(), type, style);
  const kind = driverOnlyKind(value);
  if (kind === 'an output of a stream') return describeOutput(value as OutputLike);
  if (kind === 'a DStream') return describeStream(value as StreamLike, type, style);
  return null;
}

interface OutputLike {
  readonly id: number;
  readonly description: string;
  readonly isClosed: boolean;
}

interface StreamLike {
  readonly node: StreamNode;
}

function driverOnlyKind(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !(DRIVER_ONLY in value)) return null;
  return String(value[DRIVER_ONLY]);
}

/** The description of an RDD by its node; `count` counts its partitions. */
export async function describeRdd(
  node: LineageNode,
  count: () => PromiseLike<number>,
  type: string | null,
  style: Style,
): Promise<string> {
  const name = node.name === null ? [] : [`named ${node.name}`];
  const kept = node.storage.isStored ? [`kept ${keptText(node.storage)}`] : [];
  const origin = originText(node);
  return [
    style.cyan(type ?? guessedType(node)),
    ...name,
    await partitionText(count),
    origin,
    ...kept,
  ].join(' · ');
}

function describeStream({ node }: StreamLike, type: string | null, style: Style): string {
  return [
    style.cyan(type ?? 'DStream'),
    `every ${node.slideMs / 1000} s`,
    lineOfDescent(node),
  ].join(' · ');
}

function describeBroadcast(broadcast: Broadcast<unknown>): string {
  return `Broadcast ${broadcast.id}: ${cutText(cellText(broadcast.value), MAX_SAMPLE)}`;
}

function describeOutput({ id, description, isClosed }: OutputLike): string {
  return `output ${id}${isClosed ? ' (closed)' : ''}: ${description}`;
}

async function partitionText(countPartitions: () => PromiseLike<number>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), COUNT_MS);
  });
  try {
    const count = await Promise.race([countPartitions(), timeout]);
    return count === null ? 'partitions not counted yet' : counted(count, 'partition');
  } catch (error) {
    return error instanceof Error ? error.message : 'partitions cannot be counted';
  } finally {
    clearTimeout(timer);
  }
}

/** From the source to the node: `textFile 'samples/airlines.csv' → filter → map`. */
export function originText(node: LineageNode): string {
  const steps = stepsOf(node);
  const left = steps.length - MAX_STEPS;
  const shown =
    left > 0 ? [...steps.slice(0, 3), `… ${left + 1} more …`, ...steps.slice(left + 4)] : steps;
  return shown.join(' → ');
}

function stepsOf(node: LineageNode): string[] {
  const steps: string[] = [];
  for (let at: LineageNode | null = node; at !== null; ) {
    const { text, parent } = stepOf(at);
    // One call of the API may make several nodes of the same name.
    if (steps[0] !== text) steps.unshift(text);
    at = parent;
  }
  return steps;
}

function stepOf(node: LineageNode): { text: string; parent: LineageNode | null } {
  const spec = currentSpec(node);
  switch (spec.kind) {
    case 'files':
      return { text: `${node.operation} '${spec.paths}'`, parent: null };
    case 'blocks':
    case 'range':
      return { text: node.operation, parent: null };
    case 'narrow':
    case 'coalesce':
    case 'shuffle':
      return { text: node.operation, parent: spec.parent };
    case 'union':
    case 'cogroup':
      return { text: severalText(node.operation, spec.parents), parent: null };
    case 'zip':
    case 'cartesian':
      return { text: severalText(node.operation, [spec.left, spec.right]), parent: null };
  }
}

/** Operations that give what they get: their records are those of the parent. */
const KEEPS_RECORDS = new Set(
  (
    'filter distinct sample union coalesce repartition sortBy sortByKey partitionBy intersection subtract ' +
    'cache persist'
  ).split(' '),
);
const SOURCE_TYPES: Readonly<Record<string, string>> = {
  textFile: 'string',
  wholeTextFiles: '[string, string]',
  range: 'number',
  binaryFiles: '[string, Uint8Array]',
  binaryRecords: 'Uint8Array',
};

/** The type while the type checker is not there to ask: that of the source, where no step changes it. */
function guessedType(node: LineageNode): string {
  for (let at: LineageNode | undefined = node; at !== undefined; ) {
    const element = SOURCE_TYPES[at.operation];
    if (element !== undefined) return `RDD<${element}>`;
    if (!KEEPS_RECORDS.has(at.operation)) break;
    at = parentsOf(currentSpec(at))[0];
  }
  return 'RDD';
}

function severalText(operation: string, parents: readonly LineageNode[]): string {
  const [first, ...others] = parents;
  if (first === undefined) return operation;
  return `${operation}(${[first, ...others].map(originText).join(', ')})`;
}
