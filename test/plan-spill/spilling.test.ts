// Tables, sorts and pages that moved to files on the way give what they would have given in memory.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storedPages, storedSegmentPages } from '#dist/blocks/stored.js';
import { NumberPairs } from '#dist/blocks/number-pairs.js';
import { KeyTable } from '#dist/plan/key-table.js';
import { CogroupTable, GroupTable } from '#dist/plan/list-tables.js';
import { ExternalSort } from '#dist/plan/spill/external-sort.js';
import { SpillingTable } from '#dist/plan/spill/spilling-table.js';
import { SpillingBlock, SpillingSegments } from '#dist/plan/spill/spilling-writers.js';
import { NumberTable } from '#dist/values/number-table.js';
import { FakeTask, MOST_HELD } from './services.js';

let task: FakeTask;
beforeEach(() => {
  task = new FakeTask();
  task.memory.begin();
});
afterEach(() => task.close());

const sums = (depth = 0) =>
  new SpillingTable(
    {
      memory: task.memory,
      folder: task.folder,
      emptyTable: () => new KeyTable(),
      mergeInto: (table, pages) => {
        for (const page of pages) {
          for (const [key, value] of recordsOf(page)) addTo(table, key, value);
        }
      },
    },
    depth,
  );

/** Pages of numbers arrive as columns, whichever table reads them. */
function recordsOf(page: NumberPairs | unknown[]): Iterable<[unknown, number]> {
  if (!(page instanceof NumberPairs)) return page as [unknown, number][];
  return Array.from(page.keys, (key, i): [unknown, number] => [key, page.values![i]!]);
}

function addTo(table: KeyTable, key: unknown, value: number): void {
  const cell = table.find(key);
  if (cell === undefined) table.add(key, value);
  else cell.c = (cell.c as number) + value;
}

/** The same with its numbers in columns. */
const numericSums = () =>
  new SpillingTable({
    memory: task.memory,
    folder: task.folder,
    emptyTable: () => new KeyTable(new NumberTable({ isOpen: true, hasValues: true })),
    mergeInto: (table, pages) => {
      for (const page of pages) {
        if (!(page instanceof NumberPairs)) throw new Error('records in place of columns');
        for (let i = 0; i < page.length; i++) addNumber(table, page.keys[i]!, page.values![i]!);
      }
    },
  });

function addNumber({ numbers }: KeyTable, key: number, value: number): void {
  const { size } = numbers;
  const slot = numbers.slotOf(key);
  numbers.values[slot] = slot === size ? value : numbers.values[slot]! + value;
}

const sorted = (pages: Iterable<unknown[]>) =>
  [...pages].flat().sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe('a table', () => {
  test('merges what moved with what came later, whatever the keys', () => {
    const keyed = sums();
    for (const key of ['a', 1, null, [1, 'x'], '1']) addTo(keyed.table, key, 1);
    keyed.spill();
    for (const key of ['a', [1, 'x'], 'b']) addTo(keyed.table, key, 10);
    keyed.spill();
    addTo(keyed.table, 1, 100);
    expect(sorted(keyed.pages())).toEqual([
      ['1', 1],
      ['a', 11],
      ['b', 10],
      [1, 101],
      [[1, 'x'], 11],
      [null, 1],
    ]);
    expect(task.files()).toEqual([]);
  });

  test('moves numbers as columns, whatever numbers they are', () => {
    const keyed = numericSums();
    const keys = [0, 1.5, Number.NaN, -7, 2 ** 40, Number.POSITIVE_INFINITY];
    for (const key of keys) addNumber(keyed.table, key, 1);
    keyed.spill();
    for (const key of [-0, Number.NaN, 3]) addNumber(keyed.table, key, 10);
    expect(keyed.count).toBe(undefined);
    const merged = new Map([...keyed.pages()].flat() as [number, number][]);
    expect(merged).toEqual(
      new Map([
        [0, 11],
        [1.5, 1],
        [Number.NaN, 11],
        [-7, 1],
        [2 ** 40, 1],
        [Number.POSITIVE_INFINITY, 1],
        [3, 10],
      ]),
    );
    expect(task.files()).toEqual([]);
  });

  test('turns columns into cells where a key or a combiner is no number', () => {
    const { table } = numericSums();
    for (const key of [5, -0, 6]) addNumber(table, key, key);
    table.leaveNumbers(1, 'text');
    expect([...table.pages()].flat()).toEqual([
      [5, 5],
      [-0, 'text'],
      [6, 6],
    ]);
    expect([table.numbers.isOpen, table.numbers.size, table.size]).toEqual([false, 0, 3]);
    expect(table.primitive.get(0)?.c).toBe('text');
  });

  test('moves many numbers rather than to make cells of them', () => {
    const keyed = numericSums();
    const count = 2 ** 20 + 10;
    for (let key = 0; key < count; key++) addNumber(keyed.table, key, 1);
    keyed.table.leaveNumbers(3, 'text');
    expect([keyed.table.size, keyed.count]).toEqual([1, undefined]);
    expect(task.files()).toHaveLength(1);
    expect([...keyed.table.pages()]).toEqual([[[3, 'text']]]);
  });

  test('moves while its parts are merged, too', () => {
    const keyed = sums();
    for (let i = 0; i < 2000; i++) addTo(keyed.table, i, i);
    keyed.spill();
    let pages = 0;
    const merged: unknown[] = [];
    for (const page of keyed.pages()) {
      merged.push(...page);
      pages++;
    }
    expect(pages).toBeGreaterThan(1);
    expect(new Set((merged as [number, number][]).map(([key]) => key)).size).toBe(2000);
    expect((merged as [number, number][]).every(([key, sum]) => key === sum)).toBe(true);
  });

  // One key is not worth a file, unless the others are in files: both left over alone and with what was moved of it.
  test.each([
    [
      'another',
      [
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ],
    ],
    [
      'one of them',
      [
        ['a', 1],
        ['b', 5],
      ],
    ],
  ] as const)(
    'of a part loses nothing where it moved and one key came after: %s',
    (_, expected) => {
      const part = sums(1);
      addTo(part.table, 'a', 1);
      addTo(part.table, 'b', 2);
      part.spill();
      expect(part.table.size).toBe(0);
      if (expected.length === 3) addTo(part.table, 'c', 3);
      else addTo(part.table, 'b', 3);
      expect(sorted(part.pages())).toEqual(expected);
    },
  );

  test('gives the values of a group in the order in which they came', () => {
    const keyed = new SpillingTable({
      memory: task.memory,
      folder: task.folder,
      emptyTable: () => new GroupTable(),
      mergeInto: (table, pages) => {
        for (const page of pages as Iterable<[unknown, unknown[]][]>)
          for (const [key, list] of page) table.append(key, list);
      },
    });
    keyed.table.append('k', [1, 2]);
    keyed.spill();
    keyed.table.append('k', [3]);
    keyed.spill();
    keyed.table.append('k', [4, 5]);
    expect(sorted(keyed.pages())).toEqual([['k', [1, 2, 3, 4, 5]]]);
  });

  test('keeps the sides of a cogroup apart', () => {
    const keyed = new SpillingTable({
      memory: task.memory,
      folder: task.folder,
      emptyTable: () => new CogroupTable(2),
      mergeInto: (table, pages) => {
        for (const page of pages as Iterable<[unknown, unknown[][]][]>)
          for (const [key, lists] of page) table.append(key, lists);
      },
    });
    keyed.table.append('k', [[1], []]);
    keyed.spill();
    keyed.table.append('k', [[], ['x']]);
    keyed.table.append('other', [[], ['y']]);
    expect(sorted(keyed.pages())).toEqual([
      ['k', [[1], ['x']]],
      ['other', [[], ['y']]],
    ]);
  });

  test('makes room where a native Map is full', () => {
    const keyed = sums();
    let asked = 0;
    Object.defineProperty(keyed.table.primitive, 'size', {
      get: () => (asked++ === 1 ? 2 ** 23 : 0),
    });
    addTo(keyed.table, 'a', 1);
    addTo(keyed.table, 'b', 1);
    expect(task.files().length).toBeLessThanOrEqual(1);
  });
});

const groups = () =>
  new SpillingTable({
    memory: task.memory,
    folder: task.folder,
    emptyTable: () => new GroupTable(),
    mergeInto: (table, pages) => {
      for (const page of pages as Iterable<[unknown, unknown[]][]>) {
        for (const [key, list] of page) table.append(key, list);
        task.memory.look();
      }
    },
  });

describe('a group larger than memory', () => {
  test('goes through files in pieces and comes back whole, in order', () => {
    const keyed = groups();
    const values = Array.from({ length: 5000 }, (_, i) => i);
    keyed.table.append('large', values.slice(0, 3000));
    keyed.spill();
    keyed.table.append('large', values.slice(3000));
    keyed.table.append('small', ['x']);
    const found = new Map([...keyed.pages()].flat() as [string, unknown[]][]);
    expect(found.get('large')).toEqual(values);
    expect(found.get('small')).toEqual(['x']);
    expect(task.files()).toEqual([]);
  });

  test('that does not fit even by itself fails, naming the key and what to do', () => {
    const keyed = groups();
    for (let i = 0; i < 20; i++) {
      keyed.table.append(
        'large',
        Array.from({ length: 1000 }, (_, k) => k),
      );
      keyed.spill();
    }
    // From here on the heap is full, whatever moves.
    task.usedBytes = MOST_HELD + 1;
    expect(() => [...keyed.pages()]).toThrow(
      /TASK-112.*the \d+000 values so far of the key 'large' hold 9\.8 KiB.*reduceByKey.*tspark\.memory\.heap/s,
    );
  });

  test('of more values than an array takes fails by name, where it cannot move', () => {
    const table = new GroupTable();
    const long = { length: 2 ** 26 } as unknown as unknown[];
    table.append('k', long);
    expect(() => table.append('k', ['one more'])).toThrow(
      /TASK-112.*the key 'k' has more than 67108864 values/,
    );
  });
});

describe('a sort', () => {
  const sort = (ascending: boolean) =>
    new ExternalSort<[number, string]>(task, ([key]) => key, ascending);

  test.each([
    [true, '1a 1b 1c 2a 2b 3a'],
    [false, '3a 2a 2b 1a 1b 1c'],
  ])(
    'merges its runs, equal keys in the order in which they came (ascending: %s)',
    (ascending, text) => {
      const sorting = sort(ascending);
      sorting.push([2, 'a']);
      sorting.push([1, 'a']);
      sorting.spill();
      sorting.push([1, 'b']);
      sorting.push([3, 'a']);
      sorting.spill();
      sorting.push([2, 'b']);
      sorting.push([1, 'c']);
      const shown = [...sorting.pages()].flat().map(([key, name]) => `${key}${name}`);
      expect(shown.join(' ')).toBe(text);
      expect(task.files()).toEqual([]);
    },
  );

  test('merges many runs of thousands', () => {
    const sorting = sort(true);
    for (let run = 0; run < 40; run++) {
      for (let i = 0; i < 250; i++) sorting.push([(i * 7919 + run * 13) % 1000, `${run}`]);
      sorting.spill();
    }
    let mostFiles = 0;
    const sorted: [number, string][] = [];
    for (const page of sorting.pages()) {
      mostFiles = Math.max(mostFiles, task.files().length);
      sorted.push(...page);
    }
    expect(sorted).toHaveLength(10_000);
    const isAfter = ([key, run]: [number, string], [before, runBefore]: [number, string]) =>
      before < key || (before === key && Number(runBefore) <= Number(run));
    expect(sorted.every((pair, i) => i === 0 || isAfter(pair, sorted[i - 1]!))).toBe(true);
    // Forty runs were made three first, for sixteen are merged at a time.
    expect(mostFiles).toBe(3);
  });
});

describe('pages', () => {
  const record = (i: number) => [i, 'x'.repeat(100)];

  test('of a map output come back in their order, in files and in memory', () => {
    const segments = new SpillingSegments(task, 2);
    for (let i = 0; i < 2000; i++) segments.writers[i % 2]!.push(record(i));
    segments.spill();
    for (let i = 2000; i < 2006; i++) segments.writers[i % 2]!.push(record(i));
    const { block, spilled } = segments.finish();
    expect(spilled).toHaveLength(1);
    const stored = {
      kind: 'parts' as const,
      parts: [
        ...spilled.map((each) => ({ kind: 'disk' as const, block: each })),
        { kind: 'memory' as const, block },
      ],
    };
    const odd = [...storedSegmentPages<[number, string]>(stored, 1)].flat().map(([i]) => i);
    expect(odd).toEqual(Array.from({ length: 1003 }, (_, i) => 2 * i + 1));
  });

  test('of a partition come back from one file', () => {
    const writer = new SpillingBlock(task);
    for (let i = 0; i < 1000; i++) writer.push(record(i));
    writer.spill();
    for (let i = 1000; i < 2000; i++) writer.push(record(i));
    writer.spill();
    writer.push(record(2000));
    const stored = writer.finish();
    expect(stored.kind).toBe('disk');
    const numbers = [...storedPages<[number, string]>(stored)].flat().map(([i]) => i);
    expect(numbers).toEqual(Array.from({ length: 2001 }, (_, i) => i));
    expect(task.files()).toHaveLength(1);
  });
});
