// What runs in the background, as lines: each context with its outputs and the sources they read. Pure functions.
import { grouped } from '../grouped.js';
import { sparkline } from './sparkline.js';
import { cutText } from '../text-width.js';

export interface SourceRow {
  readonly id: number;
  readonly description: string;
  readonly state: string;
  readonly records: number;
  /** Of each of the last batches, oldest first. */
  readonly recentRecords: readonly number[];
  /** Null where it is not known. */
  readonly recordsPerSecond: number | null;
  readonly limitPerSecond: number;
  readonly lastError: string | null;
}

export interface OutputRow {
  readonly id: number;
  readonly description: string;
  readonly batches: number;
  readonly failures: number;
  readonly records: number;
  /** Of each of the last batches, oldest first. */
  readonly recentRecords: readonly number[];
  readonly recordsPerSecond: number | null;
  readonly delaySeconds: number | null;
  readonly lastError: string | null;
}

export interface StreamsRow {
  /** `ssc`, or which of the contexts that a program made. */
  readonly name: string;
  readonly state: string;
  readonly outputs: readonly OutputRow[];
  readonly sources: readonly SourceRow[];
}

export function streamsLines(rows: readonly StreamsRow[], columns: number): string[] {
  return rows.flatMap(contextLines).map((line) => cutText(line, columns - 1));
}

function contextLines({ name, state, outputs, sources }: StreamsRow): string[] {
  const lines = [`${name}: ${state}`];
  for (const output of outputs) lines.push(...outputLines(output));
  for (const source of sources) lines.push(...sourceLines(source));
  return lines;
}

function outputLines(row: OutputRow): string[] {
  const label = `  output ${row.id}  `;
  const facts = [
    row.batches === 1 ? '1 batch' : `${grouped(row.batches)} batches`,
    ...(row.failures > 0 ? [`${grouped(row.failures)} failed`] : []),
    ...recordFacts(row),
    ...(row.delaySeconds === null ? [] : [`delay ${row.delaySeconds.toFixed(2)} s`]),
  ];
  return block(label, row, facts);
}

function sourceLines(row: SourceRow): string[] {
  const label = `  source s${row.id}  `;
  const limit = Number.isFinite(row.limitPerSecond)
    ? [`at most ${grouped(Math.round(row.limitPerSecond))}/s`]
    : [];
  return block(label, row, [row.state, ...recordFacts(row), ...limit]);
}

function recordFacts(row: Pick<OutputRow, 'records' | 'recordsPerSecond'>): string[] {
  if (row.recordsPerSecond === null) return [];
  return [`${grouped(row.records)} records`, `${grouped(Math.round(row.recordsPerSecond))}/s`];
}

function block(
  label: string,
  row: Pick<OutputRow, 'description' | 'recentRecords' | 'lastError'>,
  facts: readonly string[],
): string[] {
  const indent = ' '.repeat(label.length);
  const lines = [`${label}${row.description}`, `${indent}${facts.join(' · ')}`];
  const { recentRecords } = row;
  if (recentRecords.length > 1)
    lines.push(
      `${indent}${sparkline(recentRecords)} records a batch, ${grouped(recentRecords.at(-1)!)} in the last`,
    );
  if (row.lastError !== null) lines.push(`${indent}last error: ${firstLine(row.lastError)}`);
  return lines;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
