// Two sides that meet by key (joins, differences, intersections): a table of the smaller one, by which the records of the
// other pass. Where the table is more than memory may hold, both sides become lists by key, which can move to files. In
// the worker.
import { segmentCount } from '../blocks/stored.js';
import type { Step } from './codegen.js';
import type { JoinKind } from './join-kinds.js';
import { JoinTable } from './join-table.js';
import type { CogroupTable } from './list-tables.js';
import type { Source } from './source.js';
import { drainSide } from './sources.js';
import type { SpillingTable } from './spill/spilling-table.js';
import type { Spillable } from './spill/task-memory.js';
import { spillingCogroup } from './spill/tables.js';
import type { CogroupInput } from './stage.js';
import type { PartitionReader } from './task-services.js';

/** Values that are put in lists before these move to files. */
const MOVED_AT_ONCE = 2 ** 15;

type Side = 0 | 1;
/** Both sides of a cogroup that is joined. */
export type Sides = readonly [CogroupInput, CogroupInput];

/** What a join has come to once one side is read. */
export type OpenJoin =
  /** The records of the other side are to pass by the table. */
  | {
      readonly kind: 'table';
      readonly table: JoinTable;
      readonly passing: CogroupInput;
      /** Whether the left side passes. */
      readonly isLeft: boolean;
    }
  /** Both sides are read: pairs of a key and a list for each side. */
  | { readonly kind: 'lists'; readonly source: Source };

/** Reads the side that the join is built on. */
export function openJoin(run: PartitionReader, sides: Sides, partition: number): OpenJoin {
  const side = builtSide(run, sides, partition);
  const passing = sides[side === 0 ? 1 : 0];
  const { memory } = run.services;
  const built = new BuiltSide(run, side);
  memory.add(built);
  drainSide(run, sides[side], partition, { kind: 'build' }, built.table);
  memory.remove(built);
  const lists = built.lists();
  if (lists === null) return { kind: 'table', table: built.table, passing, isLeft: side === 1 };
  lists.table.input = side === 0 ? 1 : 0;
  drainSide(run, passing, partition, { kind: 'cogroup' }, lists.table);
  return { kind: 'lists', source: { kind: 'pages', value: lists.pages() } };
}

/** The step that the records of the passing side take; the table is a parameter. */
export function joinStep(
  { table, isLeft }: Extract<OpenJoin, { kind: 'table' }>,
  { gives, keepsLeft, keepsRight }: JoinKind,
): { readonly make: (fn: number, param: number) => Step; readonly keepsBuilt: boolean } {
  const keepsBuilt = isLeft ? keepsRight : keepsLeft;
  const keepsPassing = isLeft ? keepsLeft : keepsRight;
  if (keepsBuilt || gives === 'keys') table.expectMatches();
  return {
    make: (_fn, param) => ({ kind: 'join', table: param, gives, isLeft, keepsPassing, keepsBuilt }),
    keepsBuilt,
  };
}

/** The pairs that the passing side has given, and then what is kept of the side the table was built on. */
export function* withKept(
  joined: Iterable<unknown>,
  { table, isLeft }: Extract<OpenJoin, { kind: 'table' }>,
  { gives }: JoinKind,
): Generator<unknown> {
  yield* joined;
  for (const pair of table.unmatched()) {
    const [key, value] = pair;
    yield gives === 'left' ? pair : [key, isLeft ? [null, value] : [value, null]];
  }
}

/**
 * The side of fewer records: how many they are does not depend on how they were written, as their bytes do, and with it
 * the order of the pairs. Where a side lies right, the one that moves; the right one if none or both do not.
 */
function builtSide(run: PartitionReader, [left, right]: Sides, partition: number): Side {
  if (left.kind === 'narrow' || right.kind === 'narrow') return left.kind === 'shuffle' ? 0 : 1;
  return recordsOf(run, left, partition) < recordsOf(run, right, partition) ? 0 : 1;
}

function recordsOf(
  run: PartitionReader,
  { shuffle, from, to }: Extract<CogroupInput, { kind: 'shuffle' }>,
  partition: number,
): number {
  const { outputs } = run.services.shuffle(shuffle);
  return outputs.slice(from, to).reduce((sum, output) => sum + segmentCount(output, partition), 0);
}

/** The table while it is filled. */
class BuiltSide implements Spillable {
  readonly table = new JoinTable();
  readonly #run: PartitionReader;
  readonly #side: Side;
  #lists: SpillingTable<CogroupTable> | null = null;

  constructor(run: PartitionReader, side: Side) {
    this.#run = run;
    this.#side = side;
    this.table.onFull = () => {
      this.spill();
      run.services.memory.freeMoved();
    };
  }

  /** Moves the pairs to files as lists by key. */
  spill(): void {
    const { table } = this;
    if (table.size === 0) return;
    this.#lists ??= spillingCogroup(this.#run, 2);
    const lists = this.#lists;
    let moved = 0;
    for (const [key, last] of table.keys()) {
      let values: unknown[] = [];
      for (const value of table.valuesOf(last)) {
        values.push(value);
        if (++moved % MOVED_AT_ONCE !== 0) continue;
        this.#append(lists, key, values);
        values = [];
        lists.spill();
      }
      if (values.length > 0) this.#append(lists, key, values);
    }
    lists.spill();
    table.clear();
  }

  /** The lists, with all that was in the table; null where all is in the table. */
  lists(): SpillingTable<CogroupTable> | null {
    if (this.#lists !== null) this.spill();
    return this.#lists;
  }

  #append({ table }: SpillingTable<CogroupTable>, key: unknown, values: unknown[]): void {
    table.append(key, this.#side === 0 ? [values, []] : [[], values]);
  }
}
