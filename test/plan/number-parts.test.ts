// Pairs of numbers divided by a hash of their keys give what merging them at once would give.
import { describe, expect, it } from 'vitest';
import { NumberPairs } from '#dist/blocks/number-pairs.js';
import type { KeyTable } from '#dist/plan/key-table.js';
import { GroupedPart, MergedPart } from '#dist/plan/number-groups.js';
import { columnsOnly, NumberParts } from '#dist/plan/number-parts.js';

/** Adds up, and leaves the columns where a sum reaches `most`. */
const adding =
  (most = Number.POSITIVE_INFINITY) =>
  (pages: Iterable<NumberPairs>, table: KeyTable): void => {
    for (const { keys, values } of pages) {
      for (let i = 0; i < keys.length; i++) {
        const { numbers } = table;
        if (!numbers.isOpen) throw new Error('a part went on behind a text');
        const { size } = numbers;
        const slot = numbers.slotOf(keys[i]!);
        if (values === null) continue;
        numbers.values[slot] = slot === size ? values[i]! : numbers.values[slot]! + values[i]!;
        if (numbers.values[slot]! >= most) {
          table.leaveNumbers(slot, 'many');
          return;
        }
      }
    }
  };

const byKey = (pages: Iterable<unknown[]>) =>
  ([...pages].flat() as [number, unknown][]).sort(([a], [b]) => a - b);

describe('number parts', () => {
  it('give each key once, with all of its values', () => {
    const count = 300_000;
    const first = Float64Array.from({ length: count }, (_, i) => i * 2);
    const second = Int32Array.from({ length: count }, (_, i) => i * 4);
    const pages = [
      new NumberPairs(first, new Int32Array(count).fill(1)),
      new NumberPairs(second, new Float64Array(count).fill(0.5)),
    ];
    const parts = new NumberParts(pages, new MergedPart(adding()));
    expect(parts.count()).toBe(450_000);
    const found = byKey(parts.pages());
    expect(found.length).toBe(450_000);
    expect(found.slice(0, 3)).toEqual([
      [0, 1.5],
      [2, 1],
      [4, 1.5],
    ]);
    expect(found.at(-1)).toEqual([1_199_996, 0.5]);
  });

  it('hold keys that are equal in one part: minus zero, NaN, fractions', () => {
    const keys = [-0, Number.NaN, 1.5, 0, Number.NaN, 1.5, Number.POSITIVE_INFINITY];
    const parts = new NumberParts(
      [
        new NumberPairs(
          Float64Array.from(keys),
          Float64Array.from(keys, () => 1),
        ),
      ],
      new MergedPart(adding()),
    );
    const found = new Map([...parts.pages()].flat() as [number, number][]);
    expect(found).toEqual(
      new Map([
        [0, 2],
        [Number.NaN, 2],
        [1.5, 2],
        [Number.POSITIVE_INFINITY, 1],
      ]),
    );
  });

  it('give keys alone where there are no values', () => {
    const parts = new NumberParts(
      [new NumberPairs(Int32Array.of(3, 1, 3), null)],
      new MergedPart(adding()),
    );
    expect(byKey(parts.pages())).toEqual([
      [1, null],
      [3, null],
    ]);
  });

  it('list the values of each key in the order in which they came', () => {
    let seen = 0;
    const grouped = new GroupedPart((count) => {
      seen += count;
    });
    const pages = [
      new NumberPairs(Int32Array.of(7, 1, 7), Float64Array.of(0.5, 2, -0)),
      new NumberPairs(Float64Array.of(7, Number.NaN), Int32Array.of(3, 4)),
    ];
    const parts = new NumberParts(pages, grouped);
    expect(new Map([...parts.pages()].flat() as [number, unknown[]][])).toEqual(
      new Map([
        [7, [0.5, -0, 3]],
        [1, [2]],
        [Number.NaN, [4]],
      ]),
    );
    expect(seen).toBe(5);
    expect(parts.count()).toBe(3);
  });

  it('list nulls where there are no values', () => {
    const pages = [new NumberPairs(Int32Array.of(3, 1, 3), null)];
    const parts = new NumberParts(pages, new GroupedPart(() => {}));
    expect(byKey(parts.pages())).toEqual([
      [1, [null]],
      [3, [null, null]],
    ]);
  });

  it('take a fresh table where a part has left its columns', () => {
    const keys = Int32Array.from({ length: 100 }, (_, i) => i);
    const values = Int32Array.from({ length: 100 }, (_, i) => (i === 50 ? 9 : 1));
    const parts = new NumberParts([new NumberPairs(keys, values)], new MergedPart(adding(9)));
    const found = [...parts.pages()].flat() as [number, unknown][];
    expect(found).toContainEqual([50, 'many']);
    expect(found).toContainEqual([99, 1]);
  });
});

describe('pages', () => {
  it('are columns only where each of them is, and of one kind', () => {
    const numbers = new NumberPairs(Int32Array.of(1), Int32Array.of(1));
    const nulls = new NumberPairs(Int32Array.of(1), null);
    expect(columnsOnly([numbers, numbers])).toEqual([numbers, numbers]);
    expect(columnsOnly([nulls, nulls])).toEqual([nulls, nulls]);
    expect(columnsOnly([numbers, [['a', 1]]])).toBe(null);
    expect(columnsOnly([numbers, nulls])).toBe(null);
    expect(columnsOnly([])).toBe(null);
  });
});
