// The conformance cases as data: reading them, and the list of those that are known to be missing.
// Knows nothing of the engine.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One program and what real PySpark answered; the fields are described in README.md. */
export interface ConformanceCase {
  readonly id: string;
  readonly group: string;
  readonly ts: string;
  readonly expect?: unknown;
  readonly expectError?: string;
  /** Seconds; present in streaming cases only. */
  readonly batchDuration?: number;
  /** How many entries the returned list must reach before the context is stopped. */
  readonly batches?: number;
}

/** All the cases of a group, in the order of its file. */
export function readCases(group: string): readonly ConformanceCase[] {
  return readJson(`./data/${group}.json`) as ConformanceCase[];
}

/** Ids of the cases that may fail, each with the reason why. */
export function readMissing(): ReadonlyMap<string, string> {
  const idsByReason = readJson('./missing.json') as Record<string, string[]>;
  const pairs = Object.entries(idsByReason).flatMap(([reason, ids]) =>
    ids.map((id): [string, string] => [id, reason]),
  );
  return new Map(pairs);
}

function readJson(relative: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(new URL(relative, import.meta.url)), 'utf8'));
}
