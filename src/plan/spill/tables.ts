// The tables of aggregations and cogroups, made so that they can move to files. In the worker.
import type { NumberPairs } from '../../blocks/number-pairs.js';
import type { FunctionRef } from '../../lineage/function-ref.js';
import type { Aggregation } from '../../lineage/node.js';
import { NumberTable } from '../../values/number-table.js';
import type { End } from '../codegen.js';
import { KeyTable } from '../key-table.js';
import { CogroupTable, GroupTable } from '../list-tables.js';
import { keepsFirstOnly, type MergeEnd, mergeEnd } from '../merge-end.js';
import { inTurns } from '../pair-pages.js';
import type { Source } from '../source.js';
import type { TaskServices } from '../task-services.js';
import { SpillingTable } from './spilling-table.js';

/** What a table needs of its task. */
export interface TableRun {
  readonly services: TaskServices;
  drainSource(source: Source, end: End, target: unknown, functions: readonly FunctionRef[]): void;
}

/** The table of an aggregation that merges. */
export function spillingTable(run: TableRun, aggregation: Aggregation): SpillingTable<KeyTable> {
  const { memory, folder } = run.services;
  if (aggregation.kind === 'group') {
    return new SpillingTable({
      memory,
      folder,
      emptyTable: () => new GroupTable(),
      mergeInto: (table, pages) => appendAll(run, table, pages as Iterable<[unknown, unknown[]][]>),
    });
  }
  const merge = mergeEnd(aggregation, true)!;
  const hasValues = aggregation.kind === 'combine' && !keepsFirstOnly(aggregation);
  return new SpillingTable({
    memory,
    folder,
    emptyTable: () => new KeyTable(new NumberTable({ isOpen: true, hasValues })),
    mergeInto: (table, pages) => drainPairs(run, pages, merge, table),
  });
}

/** Merges pairs into a table, page by page in their order. */
export function drainPairs(
  run: TableRun,
  pages: Iterable<NumberPairs | unknown[]>,
  { end, functions }: MergeEnd,
  table: KeyTable,
): void {
  for (const source of inTurns(pages)) run.drainSource(source, end, table, functions);
}

/** The table of a cogroup. */
export function spillingCogroup(run: TableRun, sides: number): SpillingTable<CogroupTable> {
  const { memory, folder } = run.services;
  return new SpillingTable({
    memory,
    folder,
    emptyTable: () => new CogroupTable(sides),
    mergeInto: (table, pages) => appendAll(run, table, pages as Iterable<[unknown, unknown[][]][]>),
  });
}

function appendAll<L>(
  { services }: TableRun,
  table: { append(key: unknown, lists: L): void },
  pages: Iterable<(readonly [unknown, L])[]>,
): void {
  for (const page of pages) {
    for (const [key, lists] of page) table.append(key, lists);
    services.memory.look();
  }
}
