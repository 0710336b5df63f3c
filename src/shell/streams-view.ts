// What runs in the background, read from the streaming contexts for `.streams`.
import type { StreamingContext } from '../streaming/context.js';
import type { StreamOutput } from '../streaming/output.js';
import type { StreamSource } from '../streaming/source.js';
import type { OutputRow, SourceRow, StreamsRow } from './print/streams-text.js';

/** The prompt's own context first, then those that programs made and that run. */
export function streamsRows(own: StreamingContext, all: readonly StreamingContext[]): StreamsRow[] {
  const others = all.filter((context) => context !== own);
  return [
    contextRow('ssc', own),
    ...others.map((context, i) => contextRow(`context ${i + 2}, made by the program`, context)),
  ];
}

/** Closes what `.streams` shows by that name, `0` or `s3`; what it was, null if there is no such stream. */
export function closeStream(name: string, all: readonly StreamingContext[]): string | null {
  for (const context of all) {
    for (const stream of context.streams) {
      if (name !== (stream.kind === 'source' ? `s${stream.id}` : String(stream.id))) continue;
      const text = stream.description;
      stream.close();
      return text;
    }
  }
  return null;
}

function contextRow(name: string, ssc: StreamingContext): StreamsRow {
  const wait = ssc.waitingBatches;
  const waiting = wait === 0 ? '' : wait === 1 ? ', 1 batch waits' : `, ${wait} batches wait`;
  const seconds = `a batch every ${ssc.batchDuration} s`;
  const isIdle = ssc.streams.length === 0;
  const state = ssc.isActive ? `running, ${seconds}${waiting}` : `not running, ${seconds}`;
  return {
    name,
    state: isIdle ? `${state}; no outputs, lines.pprint() makes one` : state,
    outputs: ssc.streams.flatMap((stream) => (stream.kind === 'output' ? [outputRow(stream)] : [])),
    sources: ssc.streams.flatMap((stream) =>
      stream.kind === 'source' ? [sourceRow(stream, ssc.isActive)] : [],
    ),
  };
}

function outputRow(output: StreamOutput): OutputRow {
  return {
    id: output.id,
    description: output.description,
    batches: output.batches,
    failures: output.failures,
    records: output.records,
    recentRecords: output.recentRecords,
    recordsPerSecond: output.recordsPerSecond,
    delaySeconds: output.lastDelay,
    lastError: output.lastError?.message ?? null,
  };
}

function sourceRow(source: StreamSource, isRunning: boolean): SourceRow {
  const { isBroken, isPaused } = source;
  const state = isBroken ? 'broken, tried again' : isPaused ? 'held back' : 'receiving';
  return {
    id: source.id,
    description: source.description,
    state: isRunning ? state : 'not running',
    records: source.records,
    recentRecords: source.recentRecords,
    recordsPerSecond: source.recordsPerSecond,
    limitPerSecond: source.limitPerSecond,
    lastError: source.lastError?.message ?? null,
  };
}
