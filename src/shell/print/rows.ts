// Decides whether an array looks like rows, and takes it apart into columns. Pure.

export interface Rows {
  /** Column names, or null where records have none. */
  readonly head: readonly string[] | null;
  readonly cells: readonly (readonly unknown[])[];
}

/** More columns than this are no row a person reads. */
const MAX_COLUMNS = 40;

/** The first `limit` records as rows, or null where the array does not look like rows. */
export function rowsOf(records: readonly unknown[], limit: number): Rows | null {
  const first = records[0];
  if (Array.isArray(first)) return tupleRows(records, first.length, limit);
  return isPlainObject(first) ? objectRows(records, limit) : null;
}

function tupleRows(records: readonly unknown[], width: number, limit: number): Rows | null {
  if (width < 2 || width > MAX_COLUMNS) return null;
  for (const record of records) {
    if (!Array.isArray(record) || record.length !== width) return null;
  }
  return { head: null, cells: records.slice(0, limit) as unknown[][] };
}

function objectRows(records: readonly unknown[], limit: number): Rows | null {
  if (!records.every(isPlainObject)) return null;
  const shown = records.slice(0, limit) as Record<string, unknown>[];
  const head = [...new Set(shown.flatMap((record) => Object.keys(record)))];
  const widest = Math.max(...shown.map((record) => Object.keys(record).length));
  // Objects with little in common are no rows of one table.
  if (widest === 0 || head.length > Math.min(MAX_COLUMNS, widest * 2)) return null;
  return { head, cells: shown.map((record) => head.map((name) => record[name])) };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
