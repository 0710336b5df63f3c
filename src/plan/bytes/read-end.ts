// Reads how a stage ends on columns: what its sink does with records of that meaning. Driver only.
import { decodeBlock } from '../../blocks/codec.js';
import type { Aggregation } from '../../lineage/node.js';
import type { Sink } from '../sink.js';
import type { ShufflePartitioner, StageSink } from '../stage.js';
import type { ByteEnd, KeyMeaning, Meaning, NumberMeaning } from './meaning.js';
import { asKeyMeaning, asNumberMeaning, isTextMeaning } from './meaning-kinds.js';
import type { ChainReading } from './read-chain.js';
import { isNumberMerge } from './reader.js';

/** To more partitions pages would have a handful of records. */
const MAX_ROUTES = 512;

export function endOf(
  sink: StageSink,
  { record, tests, everyField }: ChainReading,
): ByteEnd | null {
  if (everyField !== null && tests.length > 0) return null;
  if (sink.kind === 'count') return { kind: 'count' };
  if (sink.kind === 'aggregate' || sink.kind === 'reduce') {
    const value = everyField === null ? asNumberMeaning(record) : null;
    if (value === null || !isNumberFold(sink)) return null;
    return { kind: 'fold', value, hasZero: sink.kind === 'aggregate' };
  }
  return sink.kind === 'shuffle-write' ? keyedEnd(sink, record) : null;
}

/** Whether the sink's function gives a number for any two, from a zero value that is one. */
function isNumberFold(sink: Extract<Sink, { kind: 'aggregate' | 'reduce' }>): boolean {
  const { fn } = sink;
  const isKnown =
    fn.kind === 'closure'
      ? isNumberMerge(fn.payload)
      : fn.functions.length === 0 && ['add', 'max', 'min'].includes(fn.name);
  if (!isKnown || sink.kind === 'reduce') return isKnown;
  return typeof decodeBlock<unknown>(sink.zero)[0] === 'number';
}

function keyedEnd(
  { partitioner, aggregation }: Extract<StageSink, { kind: 'shuffle-write' }>,
  record: Meaning,
): ByteEnd | null {
  if (record.kind !== 'tuple' || record.items.length !== 2) return null;
  const [key, value] = record.items as readonly [Meaning, Meaning];
  if (aggregation.kind !== 'combine') {
    const isGrouped = aggregation.kind === 'group' && partitioner.kind === 'hash';
    return (isGrouped ? groupEnd(key, value) : null) ?? routeEnd(partitioner, key, value);
  }
  const kind = partitioner.kind === 'hash' ? combineMerge(aggregation) : null;
  const known = asKeyMeaning(key);
  if (kind === null || known === null) return null;
  if (kind === 'keys') {
    const isNull = value.kind === 'value' && value.value === null;
    return isNull ? { kind: 'distinct', key: known } : null;
  }
  const number = numberBeside(known, value);
  return number && { kind: 'merge', key: known, value: number };
}

/** The value as a number; numbers of a line are no column of its fields. */
function numberBeside(key: KeyMeaning, value: Meaning): NumberMeaning | null {
  const number = asNumberMeaning(value);
  return number === null || (key.kind === 'every-field' && number.kind !== 'constant')
    ? null
    : number;
}

function groupEnd(key: Meaning, value: Meaning): ByteEnd | null {
  const known = asKeyMeaning(key);
  const number = known === null ? null : numberBeside(known, value);
  return known && number && { kind: 'group', key: known, value: number };
}

function routeEnd(partitioner: ShufflePartitioner, key: Meaning, value: Meaning): ByteEnd | null {
  const isKnown =
    partitioner.partitions <= MAX_ROUTES &&
    (partitioner.kind === 'hash' || (partitioner.kind === 'range' && partitioner.key === null));
  const isEvery = key.kind === 'every-field';
  const known = isKnown ? asKeyMeaning(key) : null;
  if (known === null || (known.kind === 'tuple' && partitioner.kind !== 'hash')) return null;
  return isColumn(value, isEvery) ? { kind: 'route', key: known, value } : null;
}

/** Whether pages can hold the values, for each line or each field. */
function isColumn(meaning: Meaning, ofEvery: boolean): boolean {
  if (meaning.kind === 'tuple') return meaning.items.every((item) => isColumn(item, ofEvery));
  if (meaning.kind === 'value') return meaning.value === null;
  if (meaning.kind === 'constant') return true;
  if (ofEvery) return meaning.kind === 'every-field';
  return isTextMeaning(meaning) || asNumberMeaning(meaning) !== null;
}

/** How a shuffle's values can be merged on columns; null where they cannot. */
export function combineMerge(
  aggregation: Extract<Aggregation, { kind: 'combine' }>,
): 'numbers' | 'keys' | null {
  if (!aggregation.mapSideCombine) return null;
  const { create, mergeValue, mergeCombiners } = aggregation;
  if (create !== null) return null;
  const functions = [mergeValue, mergeCombiners];
  if (functions.every((ref) => ref.kind === 'builtin' && ref.name === 'firstOf')) return 'keys';
  const areNumbers = functions.every((ref) => ref.kind === 'closure' && isNumberMerge(ref.payload));
  return areNumbers ? 'numbers' : null;
}
