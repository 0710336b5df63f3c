// Keys that come again after a table has let go of them are noticed.
import { describe, expect, it } from 'vitest';
import { RepeatSample } from '#dist/plan/repeat-sample.js';
import { NumberTable } from '#dist/values/number-table.js';

function tableOf(from: number, to: number): NumberTable {
  const table = new NumberTable({ isOpen: true, hasValues: false });
  for (let key = from; key < to; key++) table.slotOf(key);
  return table;
}

describe('a sample of keys', () => {
  it('knows those that come again', () => {
    const sample = new RepeatSample();
    expect(sample.haveRepeated(tableOf(0, 50_000))).toBe(false);
    expect(sample.haveRepeated(tableOf(50_000, 100_000))).toBe(false);
    expect(sample.haveRepeated(tableOf(90_000, 140_000))).toBe(false);
    expect(sample.haveRepeated(tableOf(0, 50_000))).toBe(true);
  });

  it('says nothing of a table without keys', () => {
    expect(new RepeatSample().haveRepeated(tableOf(0, 0))).toBe(false);
  });
});
