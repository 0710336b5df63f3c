// A value as JSON, as CSV or bare, for copying and for other programs: every row, nothing cut. Pure.
import { rowsOf } from './rows.js';
import { cellText } from './value-text.js';

export const PRINT_MODES = ['table', 'json', 'csv', 'raw'] as const;
export type PrintMode = (typeof PRINT_MODES)[number];

export function modeText(value: unknown, mode: Exclude<PrintMode, 'table'>): string {
  if (mode === 'json') return jsonText(value);
  const records = value instanceof Map ? [...value] : Array.isArray(value) ? value : [value];
  return mode === 'csv' ? csvText(records) : records.map(rawLine).join('\n');
}

/** An array has a record a line. */
function jsonText(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return oneJson(value);
  return `[\n${value.map((record) => `  ${oneJson(record)}`).join(',\n')}\n]`;
}

function oneJson(value: unknown): string {
  return JSON.stringify(value, jsonValue) ?? 'null';
}

/** What JSON has no form for, in the form nearest to it. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Set) return [...value];
  if (!(value instanceof Map)) return value;
  const isByName = [...value.keys()].every((key) => typeof key === 'string');
  return isByName ? Object.fromEntries(value) : [...value];
}

function csvText(records: readonly unknown[]): string {
  const rows = rowsOf(records, records.length);
  if (rows === null) return records.map(csvField).join('\n');
  const head = rows.head === null ? [] : [rows.head];
  return [...head, ...rows.cells].map((row) => row.map(csvField).join(',')).join('\n');
}

function csvField(value: unknown): string {
  const text = value === null || value === undefined ? '' : bareText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function rawLine(record: unknown): string {
  return Array.isArray(record) ? record.map(bareText).join('\t') : bareText(record);
}

function bareText(value: unknown): string {
  if (typeof value === 'string') return value;
  const isObject = typeof value === 'object' && value !== null;
  return isObject && !(value instanceof Date) ? oneJson(value) : cellText(value);
}
