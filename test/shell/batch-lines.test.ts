import { describe, expect, it } from 'vitest';
import { type BatchFrame, BatchLines } from '#dist/shell/batch-lines.js';
import type { Style } from '#dist/shell/style.js';

const AT = new Date(2026, 10, 28, 10, 0, 1).getTime();

function lines() {
  const log: (string | null)[] = [];
  const batches = new BatchLines({
    style: { dim: (text: string) => text } as Style,
    write: (text) => log.push(`write ${text}`),
    show: (shown) => log.push(shown === null ? null : `show ${shown}`),
  });
  return { batches, log };
}

const frame = (text: string, rest: Partial<BatchFrame> = {}): BatchFrame => ({
  text: `${text}\n`,
  isEmpty: false,
  batchTimeMs: AT,
  outputId: 1,
  ...rest,
});

describe('BatchLines', () => {
  it('refreshes a frame in place, above the count of empty batches', () => {
    const { batches, log } = lines();
    batches.print(frame('chart\none', { isInPlace: true }));
    batches.print(frame('', { isEmpty: true, outputId: 2 }));
    batches.print(frame('chart\ntwo', { isInPlace: true }));
    expect(log).toEqual([
      'show chart\none',
      'show chart\none\n1 empty batch, the last at 10:00:01',
      'show chart\ntwo\n1 empty batch, the last at 10:00:01',
    ]);
  });

  it('leaves the last frame as text when its output is closed or the streams stop', () => {
    const { batches, log } = lines();
    batches.print(frame('one', { isInPlace: true }));
    batches.print(frame('two', { isInPlace: true, outputId: 2 }));
    log.length = 0;
    batches.closed(1);
    batches.clear();
    expect(log).toEqual(['write one\n\n', 'show two', 'write two\n\n', null, null]);
  });
});
