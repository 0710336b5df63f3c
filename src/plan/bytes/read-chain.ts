// Reads what the record-wise operations behind a text source make of a line, one after the other. Driver only.
import type { FunctionRef } from '../../lineage/function-ref.js';
import type { NarrowOp } from '../../lineage/node.js';
import type { StageNode } from '../stage.js';
import { truth } from './conditions.js';
import type { Meaning, Test, TextMeaning } from './meaning.js';
import { type Reading, readCall, stopOf } from './reader.js';

export interface TextChain {
  readonly source: number;
  /** From the source on. */
  readonly ops: readonly NarrowOp[];
}

/** The record-wise operations between a text source and a node, if that is all there is. */
export function chainToText(nodes: readonly StageNode[], to: number): TextChain | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ops: NarrowOp[] = [];
  for (let node = byId.get(to); node !== undefined; ) {
    if (node.isCached) return null;
    const { spec } = node;
    if (spec.kind === 'files') {
      return spec.format.kind === 'text' ? { source: node.id, ops: ops.reverse() } : null;
    }
    if (spec.kind !== 'narrow') return null;
    ops.push(spec.op);
    node = byId.get(spec.parent);
  }
  return null;
}

export function meaningOf({
  tests,
  record,
  everyField,
}: ChainReading): Omit<TextMeaning, 'source'> {
  return { tests, record, everyField };
}

export interface ChainReading {
  /** How many of the operations were understood, from the first on. */
  readonly understood: number;
  /** What must hold of a line for the record to come about, in order. */
  readonly tests: readonly Test[];
  /** As many of them as end with a filter. */
  readonly filterTests: readonly Test[];
  readonly record: Meaning;
  readonly everyField: number | null;
}

export function readChain(ops: readonly NarrowOp[]): ChainReading {
  const tests: Test[] = [];
  let filterEnd = 0;
  let record: Meaning = { kind: 'line' };
  let everyField: number | null = null;
  let understood = 0;
  for (const op of ops) {
    if (op.kind === 'flatMap') {
      const fields: Meaning | undefined =
        tests.length === 0 ? readRef(op.fn, record)?.meaning : undefined;
      if (fields?.kind !== 'fields') break;
      everyField = fields.separator;
      record = { kind: 'every-field', separator: fields.separator };
      understood++;
      continue;
    }
    const reading = readOp(op, record);
    if (reading === null) break;
    tests.push(...reading.needs);
    if (op.kind === 'filter') {
      const test = truth(reading.meaning);
      if (test === null) break;
      filterEnd = tests.push(test);
    } else {
      record = reading.meaning;
    }
    understood++;
  }
  return { understood, tests, filterTests: tests.slice(0, filterEnd), record, everyField };
}

/** What an operation makes of a record; of a filter, what its function says of it. */
function readOp(op: NarrowOp, record: Meaning): Reading | null {
  const isPair = record.kind === 'tuple' && record.items.length === 2;
  switch (op.kind) {
    case 'map':
    case 'filter':
      return readRef(op.fn, record);
    case 'keyBy': {
      const key = readRef(op.fn, record);
      return key && { ...key, meaning: { kind: 'tuple', items: [key.meaning, record] } };
    }
    case 'mapValues': {
      if (!isPair) return null;
      const value = readRef(op.fn, record.items[1]!);
      return (
        value && { ...value, meaning: { kind: 'tuple', items: [record.items[0]!, value.meaning] } }
      );
    }
    case 'keys':
    case 'values': {
      const item = record.kind === 'tuple' ? record.items[op.kind === 'keys' ? 0 : 1] : undefined;
      return item === undefined ? null : { meaning: item, needs: [] };
    }
    default:
      return null;
  }
}

/** Where reading the operations from a text source on ends: which of them, and the expression if that can be told. */
export function stopOfChain(
  ops: readonly NarrowOp[],
): { readonly index: number; readonly expression: string | null } | null {
  const reading = readChain(ops);
  const op = ops[reading.understood];
  if (op === undefined) return null;
  const index = reading.understood;
  if (!('fn' in op) || op.fn.kind !== 'closure') return { index, expression: null };
  const { record } = reading;
  const given = op.kind === 'mapValues' && record.kind === 'tuple' ? record.items[1] : record;
  return { index, expression: given === undefined ? null : stopOf(op.fn.payload, [given]) };
}

function readRef(ref: FunctionRef, record: Meaning): Reading | null {
  if (ref.kind === 'closure') return readCall(ref.payload, [record]);
  if (ref.name !== 'pairWithNull') return null;
  return { meaning: { kind: 'tuple', items: [record, { kind: 'value', value: null }] }, needs: [] };
}
