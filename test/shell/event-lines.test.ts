import { describe, expect, it } from 'vitest';
import type { ErrorData } from '#dist/errors.js';
import type { ConsoleLines } from '#dist/shell/console-lines.js';
import { EventLines } from '#dist/shell/event-lines.js';
import type { Style } from '#dist/shell/style.js';

const AT = new Date(2026, 10, 28, 10, 0, 1).getTime();

function failure(record: string): ErrorData {
  return {
    name: 'TaskError',
    message: `[TASK-101] SyntaxError: no JSON (in partition 0). Record: '${record}'.`,
    stack: '',
    code: 'TASK-101',
    details: { userError: 'SyntaxError: no JSON', record, frames: [{ line: 3 }] },
    retriable: false,
    cause: null,
  };
}

/** What is written when batches fail one after the other. */
function written(failures: readonly ErrorData[]): string[] {
  const lines: string[] = [];
  const plain = (text: string) => text;
  const events = new EventLines({
    style: { red: plain, dim: plain, yellow: plain } as unknown as Style,
    consoleLines: {} as ConsoleLines,
    tellsNotices: true,
    columns: () => 80,
    write: (line) => lines.push(line),
    showFailure: (error) => `whole: ${(error as Error).message}`,
  });
  for (const [second, one] of failures.entries()) {
    events.onEvent({
      kind: 'batch-completed',
      batchTimeMs: AT + second * 1000,
      inputRecords: 1,
      schedulingDelayMs: 0,
      processingTimeMs: 1,
      failure: one,
    });
  }
  return lines;
}

describe('a batch that fails', () => {
  it('is told whole once, and in one line while the same goes wrong', () => {
    const other = { ...failure('c'), details: { userError: 'Error: other', frames: [] } };
    expect(written([failure('a'), failure('b'), other, failure('d')])).toEqual([
      "batch 10:00:01 failed; the stream goes on\nwhole: [TASK-101] SyntaxError: no JSON (in partition 0). Record: 'a'.",
      'batch 10:00:02 failed again: SyntaxError: no JSON',
      "batch 10:00:03 failed; the stream goes on\nwhole: [TASK-101] SyntaxError: no JSON (in partition 0). Record: 'c'.",
      "batch 10:00:04 failed; the stream goes on\nwhole: [TASK-101] SyntaxError: no JSON (in partition 0). Record: 'd'.",
    ]);
  });
});
