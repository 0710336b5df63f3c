// The tables of aggregations and cogroups, made so that they can move to files. In the worker.
import type { FunctionRef } from '../../lineage/function-ref.js';
import type { Aggregation } from '../../lineage/node.js';
import type { End } from '../codegen.js';
import { CogroupTable, GroupTable, KeyTable } from '../key-table.js';
import { mergeEnd } from '../merge-end.js';
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
  const { end, functions } = mergeEnd(aggregation, true)!;
  return new SpillingTable({
    memory,
    folder,
    emptyTable: () => new KeyTable(),
    mergeInto: (table, pages) =>
      run.drainSource({ kind: 'pages', value: pages }, end, table, functions),
  });
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
