import { describe, expect, it } from 'vitest';
import type { End, LoopShape, Step } from '#dist/plan/codegen.js';
import { LoopCache } from '#dist/plan/compile.js';
import type { LoopRuntime, SourceKind } from '#dist/plan/loop.js';
import { NumberPairs } from '#dist/blocks/number-pairs.js';
import { type RowShape, TuplePage } from '#dist/blocks/tuple-page.js';
import { JoinTable } from '#dist/plan/join-table.js';
import { KeyTable } from '#dist/plan/key-table.js';
import { NumberTable } from '#dist/values/number-table.js';

const shown = (record: unknown) =>
  typeof record === 'bigint' ? `${record}n` : JSON.stringify(record);

const runtime = (): LoopRuntime => ({
  recordsRead: 0,
  now: () => 0,
  check: () => {},
  failure: (error, record) => new Error(`${String(error)} at ${shown(record)}`),
  iterable: (value) => value as Iterable<unknown>,
  element: (record, index) => (record as unknown[])[index],
  notAPair: (record) => {
    throw new Error(`not a pair: ${String(record)}`);
  },
});

function run(
  source: { kind: SourceKind; value: unknown; shape?: RowShape },
  steps: Step[],
  functions: Function[],
  end: End,
  target: unknown = null,
  params: number[] = [],
): unknown {
  const { kind, shape: row } = source;
  const functionCount = functions.length;
  const shape: LoopShape = {
    source: kind,
    row: row ?? 0,
    steps,
    end,
    functions: functionCount,
  };
  const keys = functions.map((_, i) => `k${i}`);
  return new LoopCache().get(shape, functions, keys)(source.value, target, runtime(), params);
}

const pages = (...value: unknown[][]) => ({ kind: 'pages' as const, value });
const lines = (...chunks: string[]) => ({
  kind: 'lines' as const,
  value: { next: () => chunks.shift() ?? null },
});

describe('a generated loop', () => {
  it('looks at its task between the pairs of a join, of which one page may have many', () => {
    const table = new JoinTable();
    for (let value = 0; value < 10; value++) table.push('k', value);
    const page = Array.from({ length: 2000 }, (_, i) => ['k', i]);
    let checks = 0;
    const rt = { ...runtime(), check: () => checks++ };
    const join: Step = {
      kind: 'join',
      gives: 'pairs',
      table: 0,
      isLeft: true,
      keepsPassing: false,
      keepsBuilt: false,
    };
    const shape = { source: 'pages', steps: [join], end: { kind: 'count' }, functions: 0 } as const;
    expect(new LoopCache().get(shape, [], [])([page], null, rt, [table])).toBe(20_000);
    // One for the page, and one for each 1,024 pairs.
    expect(checks).toBe(1 + 19);
  });

  it('makes tuples of columns, and takes records as they are where a page is of something else', () => {
    const columns = [Float64Array.of(0.5, 1.5), ['a', 'b']];
    const tuples = [
      new TuplePage(columns, 2),
      [['x', 'y', 'z'], 'none'],
      new TuplePage(columns, 2),
    ];
    const out: unknown[] = [];
    const seen = run({ kind: 'tuples', shape: 2, value: tuples }, [], [], { kind: 'collect' }, out);
    expect(seen).toBeUndefined();
    const pairs = [
      [0.5, 'a'],
      [1.5, 'b'],
    ];
    expect(out).toEqual([...pairs, ['x', 'y', 'z'], 'none', ...pairs]);
    const count = (limit: number) => {
      const taken: unknown[] = [];
      const source = { kind: 'tuples', shape: 2, value: tuples } as const;
      run(
        source,
        [],
        [],
        { kind: 'take' },
        { limit, writer: { push: (v: unknown) => taken.push(v) } },
      );
      return taken.length;
    };
    expect([0, 1, 3, 5, 100].map(count)).toEqual([0, 1, 3, 5, 6]);
  });

  it('makes objects of columns, each anew', () => {
    const names = ['a', 'the "b"', "c's"];
    const page = new TuplePage([Int32Array.of(1, 2), ['x', null], [true, false]], 2);
    const out: unknown[] = [];
    const rename = (row: { a: number }) => {
      row.a += 10;
      return row;
    };
    const source = { kind: 'tuples', shape: names, value: [page, [{ other: 1 }], page] } as const;
    run(source, [{ kind: 'map', fn: 0 }], [rename], { kind: 'collect' }, out);
    const rows = [
      { a: 11, 'the "b"': 'x', "c's": true },
      { a: 12, 'the "b"': null, "c's": false },
    ];
    expect(out).toEqual([...rows, { other: 1, a: Number.NaN }, ...rows]);
    expect(Object.keys(out[0] as object)).toEqual(names);
  });

  it('tells which tuple of columns a function failed for', () => {
    const value = [new TuplePage([Int32Array.of(1, 2), [null, 'b']], 2)];
    const fail = (pair: [number, string | null]) => pair[1]!.length;
    const source = { kind: 'tuples', shape: 2, value } as const;
    const steps: Step[] = [{ kind: 'map', fn: 0 }];
    expect(() => run(source, steps, [fail], { kind: 'count' })).toThrow('at [1,null]');
  });

  it('adds numbers in place and leaves the rest to the function', () => {
    const add = (a: number, b: unknown) => {
      if (typeof b === 'string') throw new TypeError('no text');
      return typeof b === 'bigint' && a === 0 ? b : a + (b as number);
    };
    const sum = (...of: unknown[][]) =>
      run(pages(...of), [], [add], { kind: 'aggregate', fn: 0, isSum: true }, { zero: 0 });
    expect(sum([1, 2], [3.5])).toEqual([6.5]);
    expect(sum([], [])).toEqual([0]);
    expect(sum([1, true, 2], [true, 4])).toEqual([9]);
    expect(sum([0, 5n], [6n])).toEqual([11n]);
    expect(() => sum([1], [2, 'a'])).toThrow('no text at "a"');
    expect(() => sum([1, 5n])).toThrow('mix BigInt');
    expect(() => sum([5n], [1])).toThrow('mix BigInt');
  });

  it('applies map, filter and flatMap to pages in order', () => {
    const out: unknown[] = [];
    run(
      pages([1, 2], [], [3]),
      [
        { kind: 'map', fn: 0 },
        { kind: 'filter', fn: 1 },
        { kind: 'flatMap', fn: 2 },
      ],
      [(x: number) => x * 10, (x: number) => x !== 20, (x: number) => [x, x + 1]],
      { kind: 'collect' },
      out,
    );
    expect(out).toEqual([10, 11, 30, 31]);
  });

  it('skips only the inner record when a filter follows a flatMap', () => {
    const out: unknown[] = [];
    const steps: Step[] = [
      { kind: 'flatMap', fn: 0 },
      { kind: 'filter', fn: 1 },
    ];
    run(
      pages(['ab', 'ba']),
      steps,
      [(s: string) => s, (c: string) => c !== 'a'],
      { kind: 'collect' },
      out,
    );
    expect(out).toEqual(['b', 'b']);
  });

  it('cuts chunks into lines, empty ones included', () => {
    const out: unknown[] = [];
    run(lines('a\n\nb\n', 'c\n'), [], [], { kind: 'collect' }, out);
    expect(out).toEqual(['a', '', 'b', 'c']);
  });

  it('walks a range without making an array', () => {
    const source = { kind: 'range' as const, value: { from: 2, to: 5, start: 100, step: -10 } };
    const out: unknown[] = [];
    run(source, [], [], { kind: 'collect' }, out);
    expect(out).toEqual([80, 70, 60]);
  });

  it('reads nothing more once take has enough', () => {
    let read = 0;
    const source = (function* () {
      for (const page of [
        [1, 2],
        [3, 4],
        [5, 6],
      ]) {
        read++;
        yield page;
      }
    })();
    const out: unknown[] = [];
    run({ kind: 'pages', value: source }, [], [], { kind: 'take' }, { writer: out, limit: 3 });
    expect(out).toEqual([1, 2, 3]);
    expect(read).toBe(2);
  });

  it('numbers records by base and stride', () => {
    const out: unknown[] = [];
    run(
      pages(['a', 'b', 'c']),
      [{ kind: 'index', base: 0, stride: 1 }],
      [],
      { kind: 'collect' },
      out,
      [5, 2],
    );
    expect(out).toEqual([
      ['a', 5],
      ['b', 7],
      ['c', 9],
    ]);
  });

  it('reduces from left to right and gives nothing for no records', () => {
    const join = (a: string, b: string) => a + b;
    expect(run(pages(['a'], ['b', 'c']), [], [join], { kind: 'reduce', fn: 0 })).toEqual(['abc']);
    expect(run(pages(), [], [join], { kind: 'reduce', fn: 0 })).toEqual([]);
  });

  it('combines by key with 1 and "1" apart and tuples by value', () => {
    const table = new KeyTable();
    const records = [
      [1, 1],
      ['1', 10],
      [1, 2],
      [['x', 1], 100],
      [['x', 1], 200],
      [null, 5],
    ];
    run(
      pages(records),
      [],
      [(a: number, b: number) => a + b],
      { kind: 'combine', create: null, merge: 0 },
      table,
    );
    expect([...table.cells()].map((cell) => [cell.k, cell.c])).toEqual([
      [1, 3],
      ['1', 10],
      [null, 5],
      [['x', 1], 300],
    ]);
  });

  it('names the record that a function threw at', () => {
    const boom = (x: number) => {
      if (x === 2) throw new Error('boom');
      return x;
    };
    expect(() =>
      run(pages([1, 2, 3]), [{ kind: 'map', fn: 0 }], [boom], { kind: 'count' }),
    ).toThrow('boom at 2');
  });

  it('refuses records that are not pairs where pairs are needed', () => {
    const merge = (a: number) => a;
    const end: End = { kind: 'combine', create: null, merge: 0 };
    expect(() => run(pages(['word']), [], [merge], end, new KeyTable())).toThrow(
      'not a pair: word',
    );
  });

  it('awaits asynchronous records', async () => {
    async function* source() {
      yield 1;
      yield 2;
    }
    const counted = run({ kind: 'async-records', value: source() }, [], [], { kind: 'count' });
    expect(await counted).toBe(2);
  });

  describe('that combines', () => {
    const combine: End = { kind: 'combine', create: null, merge: 0 };
    const numeric = (hasValues = true) =>
      new KeyTable(new NumberTable({ isOpen: true, hasValues }));
    const found = (table: KeyTable) => [...table.pages()].flat();
    const add = (a: unknown, b: unknown) => (a as number) + (b as number);
    const merge = (table: KeyTable, records: unknown[]) =>
      run(pages(records), [], [add], combine, table);

    it('keeps numbers in columns', () => {
      const table = numeric();
      merge(table, [
        [1, 2],
        [3, 4],
        [1, 5],
      ]);
      expect(found(table)).toEqual([
        [1, 7],
        [3, 4],
      ]);
      expect([table.numbers.size, table.primitive.size]).toEqual([2, 0]);
    });

    it('goes on in cells at the first key that is no number, in the same order', () => {
      const table = numeric();
      merge(table, [
        [1, 2],
        [3, 4],
        ['a', 1],
        [1, 5],
        [null, 6],
        [4, 1],
      ]);
      expect(found(table)).toEqual([
        [1, 7],
        [3, 4],
        ['a', 1],
        [null, 6],
        [4, 1],
      ]);
    });

    it('goes on in cells at the first combiner that is no number, new or merged', () => {
      const merged = numeric();
      merge(merged, [
        [1, 2],
        [3, 4],
        [1, 'x'],
        [3, 1],
      ]);
      expect(found(merged)).toEqual([
        [1, '2x'],
        [3, 5],
      ]);
      const created = numeric();
      merge(created, [
        [1, 2],
        [3, [4]],
        [1, 1],
      ]);
      expect(found(created)).toEqual([
        [1, 3],
        [3, [4]],
      ]);
    });

    it('merges columns without making tuples, and cells where the table has some', () => {
      const source = {
        kind: 'columns' as const,
        value: [
          new NumberPairs(Float64Array.of(1.5, 2), Int32Array.of(10, 20)),
          new NumberPairs(Int32Array.of(2, 3), Float64Array.of(0.5, 30)),
        ],
      };
      for (const table of [numeric(), new KeyTable()]) {
        run(source, [], [add], combine, table);
        expect(found(table)).toEqual([
          [1.5, 10],
          [2, 20.5],
          [3, 30],
        ]);
      }
    });

    it('names the pair of the columns at which a function fails', () => {
      const source = {
        kind: 'columns' as const,
        value: [new NumberPairs(Int32Array.of(8, 8), Int32Array.of(1, 2))],
      };
      const fail = () => {
        throw new Error('no');
      };
      expect(() => run(source, [], [fail], combine, numeric())).toThrow('Error: no at [8,2]');
    });

    it('keeps keys alone where their values are null', () => {
      const keepsFirst: End = { ...combine, keepsFirst: true };
      const table = numeric(false);
      const first = (a: unknown) => a;
      run(
        pages([
          [1, null],
          [2, null],
          [1, null],
        ]),
        [],
        [first],
        keepsFirst,
        table,
      );
      const columns = [new NumberPairs(Int32Array.of(2, 5), null)];
      run({ kind: 'columns', value: columns }, [], [first], keepsFirst, table);
      expect(found(table)).toEqual([
        [1, null],
        [2, null],
        [5, null],
      ]);
      run(pages([['a', null]]), [], [first], keepsFirst, table);
      expect(found(table).at(-1)).toEqual(['a', null]);
    });

    it('asks whether to go on when its columns reach their mark', () => {
      const table = numeric();
      table.numbers.mark = 3;
      const sizes: number[] = [];
      table.onCrowded = () => {
        sizes.push(table.numbers.size);
        table.numbers.empty();
        table.numbers.mark = 2;
      };
      merge(table, [
        [1, 1],
        [2, 1],
        [3, 1],
        [3, 1],
        [4, 1],
        [5, 1],
      ]);
      expect(sizes).toEqual([3, 2]);
      expect(found(table)).toEqual([[5, 1]]);
    });
  });
});

describe('LoopCache', () => {
  it('gives the same loop for the same shape and functions, and a fresh one for other functions', () => {
    const cache = new LoopCache();
    const shape: LoopShape = {
      source: 'pages',
      steps: [{ kind: 'map', fn: 0 }],
      end: { kind: 'count' },
      functions: 1,
    };
    const f = (x: unknown) => x;
    const g = (x: unknown) => x;
    expect(cache.get(shape, [f], ['k'])).toBe(cache.get(shape, [f], ['k']));
    expect(cache.get(shape, [g], ['other'])).not.toBe(cache.get(shape, [f], ['k']));
  });
});
