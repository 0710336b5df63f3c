// States by key from batch to batch: what mapWithState runs in tasks. The truth is in blocks, a base and the
// changes of the batches since; each worker keeps the table it made of them and reads only what it missed.
import { UsageError } from '../../errors.js';
import { KeyMap } from '../../values/key-map.js';
import type { BuiltinFactory } from './builtin.js';

/** First record of every partition of a step: what is to be made, and of what. */
export interface StateOrder {
  /** The version that this step makes. */
  readonly building: number;
  readonly timeMs: number;
  /** Whether to write all states instead of the changes. */
  readonly isCompact: boolean;
  /** How many of the newest blocks to write anew, in one with the changes. */
  readonly mergesNewest: number;
  /** Versions whose blocks follow, newest first; the last is a base. */
  readonly chain: readonly number[];
  /** Versions that were begun since the base and did not become part of the chain. */
  readonly failed: readonly number[];
}

/** First record of a block of states: how many states follow, and how many results after those. */
export interface StateHeader {
  readonly states: number;
  readonly results: number;
  readonly isBase: boolean;
}

/** Key, state, when it was last touched; `REMOVED` in place of a time for a state that ended. */
type StateRecord = readonly [unknown, unknown, number];

interface Entry {
  readonly state: unknown;
  readonly updatedMs: number;
}

const REMOVED = -1;
/** A table that was not asked for so long is dropped; it can be made again from its blocks. */
const KEPT_UNUSED_MS = 120_000;

/** The state of one key while the user's function looks at it. */
class KeyState {
  #state: unknown = null;
  #exists = false;
  isUpdated = false;
  isRemoved = false;
  #isTimingOut = false;

  load(entry: Entry | undefined, isTimingOut: boolean): void {
    this.#exists = entry !== undefined && entry.updatedMs !== REMOVED;
    this.#state = this.#exists ? entry?.state : null;
    this.isUpdated = false;
    this.isRemoved = false;
    this.#isTimingOut = isTimingOut;
  }

  exists(): boolean {
    return this.#exists;
  }

  get(): unknown {
    return this.#state;
  }

  isTimingOut(): boolean {
    return this.#isTimingOut;
  }

  update(state: unknown): void {
    if (this.#isTimingOut || this.isRemoved) throw this.#refusal('update');
    if (state === null || state === undefined) {
      throw new UsageError(
        'STREAM-106',
        'state.update needs a state, not null. Call state.remove() to end the state of a key.',
      );
    }
    this.#state = state;
    this.#exists = true;
    this.isUpdated = true;
  }

  remove(): void {
    if (this.#isTimingOut || this.isRemoved) throw this.#refusal('remove');
    this.#state = null;
    this.#exists = false;
    this.isRemoved = true;
    this.isUpdated = false;
  }

  #refusal(operation: string): UsageError {
    const why = this.#isTimingOut
      ? 'it is timing out and ends by itself'
      : 'it was removed already';
    return new UsageError('STREAM-106', `state.${operation} cannot change this state: ${why}.`);
  }
}

/** The states of one partition, as of a version. Ordered by when they were touched if they time out. */
class StateTable {
  version = 0;
  /** The version that was last made from this table. */
  building = 0;
  entries = new KeyMap<unknown, Entry>();
  lastUsedMs = 0;

  /**
   * Whether the chain continues this table: it is as new as the base, and later blocks hold all that changed
   * since the block before them. A step that failed may have changed states in place; then the table cannot be
   * trusted.
   */
  continues({ chain, failed }: StateOrder): boolean {
    const base = chain.at(-1);
    return base !== undefined && this.version >= base && !failed.includes(this.building);
  }

  apply(records: readonly StateRecord[], isOrdered: boolean): void {
    const { entries } = this;
    for (const [key, state, updatedMs] of records) {
      if (isOrdered || updatedMs === REMOVED) entries.delete(key);
      if (updatedMs !== REMOVED) entries.set(key, { state, updatedMs });
    }
  }
}

/** The tables of this thread by operator and partition. */
class StateTables {
  readonly #tables = new Map<string, StateTable>();
  #sweep: NodeJS.Timeout | null = null;

  of(operator: string, partition: number): StateTable {
    const key = `${operator}/${partition}`;
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = new StateTable();
      this.#tables.set(key, table);
    }
    table.lastUsedMs = Date.now();
    this.#sweep ??= setInterval(() => this.#dropUnused(), KEPT_UNUSED_MS / 2).unref();
    return table;
  }

  #dropUnused(): void {
    const oldest = Date.now() - KEPT_UNUSED_MS;
    for (const [key, table] of this.#tables)
      if (table.lastUsedMs < oldest) this.#tables.delete(key);
    if (this.#tables.size > 0 || this.#sweep === null) return;
    clearInterval(this.#sweep);
    this.#sweep = null;
  }
}

const tables = new StateTables();

/** Reads the parts of a step one after the other; blocks of versions that are known are never decoded. */
class StateInput {
  readonly #records: Iterator<unknown>;
  readonly order: StateOrder;
  #header: StateHeader | null = null;

  constructor(records: Iterable<unknown>) {
    this.#records = records[Symbol.iterator]();
    this.order = this.#next() as StateOrder;
  }

  /** The batch, which comes before the blocks. */
  pairs(): (readonly [unknown, unknown])[] {
    const pairs: (readonly [unknown, unknown])[] = [];
    for (let step = this.#records.next(); !step.done; step = this.#records.next()) {
      if (Array.isArray(step.value)) {
        pairs.push(step.value as unknown as readonly [unknown, unknown]);
      } else {
        this.#header = step.value as StateHeader;
        break;
      }
    }
    return pairs;
  }

  /** Brings the table up to the newest version of the chain; the records of the newest `kept` blocks, oldest first. */
  catchUp(table: StateTable, isOrdered: boolean, kept = 0): readonly StateRecord[][] {
    const { chain } = this.order;
    if (!table.continues(this.order)) {
      table.entries = new KeyMap();
      table.version = 0;
    }
    const blocks: StateRecord[][] = [];
    const missed = chain.filter((version) => version > table.version).length;
    for (let i = 0; i < Math.max(missed, kept); i++) blocks.push(this.#block());
    for (const records of blocks.slice(0, missed).reverse()) table.apply(records, isOrdered);
    table.version = chain[0] ?? 0;
    table.building = 0;
    return blocks.slice(0, kept).reverse();
  }

  close(): void {
    this.#records.return?.();
  }

  #block(): StateRecord[] {
    const header = this.#header ?? (this.#next() as StateHeader);
    this.#header = null;
    const records: StateRecord[] = [];
    for (let i = 0; i < header.states; i++) records.push(this.#next() as StateRecord);
    for (let i = 0; i < header.results; i++) this.#next();
    return records;
  }

  #next(): unknown {
    return this.#records.next().value;
  }
}

type MappingFunction = (key: unknown, value: unknown, state: KeyState) => unknown;

interface StepSettings {
  readonly operator: string;
  readonly timeoutMs: number | null;
}

/** One batch of one partition: the header, the states that changed (or all), then what the function returned. */
function* step(
  fn: MappingFunction,
  { operator, timeoutMs }: StepSettings,
  partition: number,
  records: Iterable<unknown>,
): Iterable<unknown> {
  const input = new StateInput(records);
  const { order } = input;
  const pairs = input.pairs();
  const table = tables.of(operator, partition);
  const merging = input.catchUp(table, timeoutMs !== null, order.mergesNewest);
  input.close();
  table.building = order.building;
  const changes = new KeyMap<unknown, Entry>();
  const results: unknown[] = [];
  const state = new KeyState();
  for (const [key, value] of pairs) {
    state.load(changes.get(key) ?? table.entries.get(key), false);
    const result = fn(key, value ?? null, state);
    if (result !== undefined) results.push(result);
    if (state.isRemoved) {
      changes.set(key, { state: null, updatedMs: REMOVED });
    } else if (state.isUpdated || (timeoutMs !== null && state.exists())) {
      changes.set(key, { state: state.get(), updatedMs: order.timeMs });
    }
  }
  if (timeoutMs !== null) timeOut(fn, table, changes, order.timeMs - timeoutMs, results);
  const states = order.isCompact ? merged(table, changes) : withOlder(merging, changes);
  yield { states: states.size, results: results.length, isBase: order.isCompact };
  for (const [key, entry] of states) yield [key, entry.state, entry.updatedMs];
  yield* results;
}

/** Ends the states that were not touched since `beforeMs`; they are the first of the table. */
function timeOut(
  fn: MappingFunction,
  table: StateTable,
  changes: KeyMap<unknown, Entry>,
  beforeMs: number,
  results: unknown[],
): void {
  const state = new KeyState();
  for (const [key, entry] of table.entries) {
    if (entry.updatedMs >= beforeMs) break;
    if (changes.has(key)) continue;
    state.load(entry, true);
    const result = fn(key, null, state);
    if (result !== undefined) results.push(result);
    changes.set(key, { state: null, updatedMs: REMOVED });
  }
}

/** The changes with those of older blocks, in order of when states were touched; what ended stays marked. */
function withOlder(
  blocks: readonly StateRecord[][],
  changes: KeyMap<unknown, Entry>,
): KeyMap<unknown, Entry> {
  if (blocks.length === 0) return changes;
  const all = new KeyMap<unknown, Entry>();
  const put = (key: unknown, entry: Entry): void => {
    all.delete(key);
    all.set(key, entry);
  };
  for (const records of blocks) {
    for (const [key, state, updatedMs] of records) put(key, { state, updatedMs });
  }
  for (const [key, entry] of changes) put(key, entry);
  return all;
}

/** The table with the changes, in order of when states were touched. */
function merged(table: StateTable, changes: KeyMap<unknown, Entry>): KeyMap<unknown, Entry> {
  const all = new KeyMap<unknown, Entry>();
  for (const [key, entry] of table.entries) if (!changes.has(key)) all.set(key, entry);
  for (const [key, entry] of changes) if (entry.updatedMs !== REMOVED) all.set(key, entry);
  return all;
}

export const KEYED_STATE_BUILTINS: Record<string, BuiltinFactory> = {
  mapWithState:
    ([operator, timeoutMs], [fn]) =>
    (partition: number, records: Iterable<unknown>) =>
      step(
        fn as MappingFunction,
        { operator: operator as string, timeoutMs: timeoutMs as number | null },
        partition,
        records,
      ),

  /** The results within blocks of states. */
  stateResults: () =>
    function* (records: Iterable<unknown>) {
      let states = -1;
      for (const record of records) {
        if (states < 0) states = (record as StateHeader).states;
        else if (states > 0) states--;
        else yield record;
      }
    },

  /** All states as pairs. */
  stateSnapshot: ([operator, timeoutMs]) =>
    function* (partition: number, records: Iterable<unknown>) {
      const input = new StateInput(records);
      input.pairs();
      const table = tables.of(operator as string, partition);
      input.catchUp(table, timeoutMs !== null);
      input.close();
      for (const [key, entry] of table.entries) yield [key, entry.state];
    },

  /** Pairs as a base to begin with, touched at `timeMs`. */
  stateBase: ([timeMs]) =>
    function* (records: Iterable<unknown>) {
      const entries = new KeyMap<unknown, unknown>();
      for (const [key, state] of records as Iterable<[unknown, unknown]>) entries.set(key, state);
      yield { states: entries.size, results: 0, isBase: true };
      for (const [key, state] of entries) yield [key, state, timeMs];
    },
};
