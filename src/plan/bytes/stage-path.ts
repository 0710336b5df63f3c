// Which way a stage takes through its text: on bytes, or line by line as strings; and what kept it from the faster one.
// Asks the reader that planning asks. Driver only.
import type { FunctionRef } from '../../lineage/function-ref.js';
import type { StageNode } from '../stage.js';
import type { ColumnMerge, StageMeaning } from './meaning.js';
import { stopOfChain } from './read-chain.js';
import { readStage, type StageShape } from './read-stage.js';

export interface StagePath {
  readonly text: string;
  /** What stopped the reader, in the user's words; null where nothing did or there is no text to read. */
  readonly stoppedBy: string | null;
}

export function stagePath(stage: StageShape, usesBytes: boolean): StagePath {
  if (!usesBytes) return { text: 'plain (tspark.bytePath is off)', stoppedBy: null };
  const meaning = readStage(stage);
  if (meaning !== null && isWhole(stage, meaning)) return { text: 'on bytes', stoppedBy: null };
  const stoppedBy = firstNotUnderstood(stage);
  const merges = meaning === null ? [] : meaning.merges.map(({ kind }) => MERGED[kind]);
  const records = meaning !== null && meaning.records.length > 0 ? ['fields taken from bytes'] : [];
  const filter = meaning?.filter != null ? ['lines filtered on bytes'] : [];
  const parts = [...new Set([...merges, ...records, ...filter])];
  const isComplete = meaning?.records.some(({ node }) => node === stage.output) === true;
  return {
    text: parts.length === 0 ? 'plain' : parts.join(', '),
    stoppedBy: isComplete ? null : stoppedBy,
  };
}

const MERGED: Readonly<Record<ColumnMerge, string>> = {
  numbers: 'merged on columns',
  keys: 'merged on columns',
  lists: 'grouped on columns',
  order: 'sorted on columns',
};

function isWhole({ output }: StageShape, { wholes }: StageMeaning): boolean {
  return wholes.some(({ node }) => node === output);
}

/** The first operation after a text source that the reader does not follow, and the expression within it. */
function firstNotUnderstood(stage: StageShape): string | null {
  const chain = chainFromText(stage);
  if (chain === null || chain.length === 0) return null;
  const kept = chain.find((node) => node.isCached);
  if (kept !== undefined) return `${kept.operation} keeps its records`;
  const ops = chain.flatMap(({ spec }) => (spec.kind === 'narrow' ? [spec.op] : []));
  const stop = stopOfChain(ops);
  if (stop !== null) {
    const call = callText(chain[stop.index]!);
    const { expression } = stop;
    return expression === null ? call : `${expression.replace(/\s+/g, ' ')} in ${call}`;
  }
  if (stage.sink.kind !== 'shuffle-write') return null;
  const { aggregation } = stage.sink;
  return aggregation.kind === 'combine'
    ? textOf(aggregation.mergeValue)
    : 'records that are no pairs of texts and numbers';
}

/** The record-wise operations behind a text source, up to the stage's output. */
function chainFromText({ nodes, output }: StageShape): StageNode[] | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const chain: StageNode[] = [];
  for (let node = byId.get(output); node !== undefined; ) {
    const { spec } = node;
    if (spec.kind === 'files') return spec.format.kind === 'text' ? chain.reverse() : null;
    if (spec.kind !== 'narrow') return null;
    chain.push(node);
    node = byId.get(spec.parent);
  }
  return null;
}

function callText({ operation, spec }: StageNode): string {
  const fn = spec.kind === 'narrow' && 'fn' in spec.op ? textOf(spec.op.fn) : null;
  return fn === null ? operation : `${operation}(${fn})`;
}

function textOf(ref: FunctionRef): string | null {
  if (ref.kind === 'closure') return ref.payload.text;
  return ref.functions.map(textOf).find((text) => text !== null) ?? ref.name;
}
