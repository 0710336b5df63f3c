// The kernels on small texts laid out by hand.
import { beforeEach, describe, expect, it } from 'vitest';
import { Arena, ArenaFull } from '#dist/kernels/arena.js';
import { ByteDictionary } from '#dist/kernels/dictionary.js';
import { Composer, partsIn, takenApart } from '#dist/plan/bytes/composer.js';
import { partitionOfKey } from '#dist/values/hash.js';

let arena: Arena;
beforeEach(() => {
  const created = Arena.create();
  if (created === null) throw new Error('the kernels are not built');
  arena = created;
});

/** A text in the arena: its address and end. */
function put(text: string): [number, number] {
  const bytes = Buffer.from(text);
  const at = arena.copyIn(bytes);
  return [at, at + bytes.length];
}

const words = (at: number, n: number): number[] => [...arena.u32.subarray(at / 4, at / 4 + n)];
const flagsAt = (at: number, n: number): number[] => [...arena.bytes.subarray(at, at + n)];
const numbersAt = (at: number, n: number): number[] => [...arena.f64.subarray(at / 8, at / 8 + n)];

/** Starts and ends of the lines of a chunk. */
function linesOf(p: number, end: number): { n: number; starts: number; ends: number } {
  const starts = arena.allocate(4096);
  const ends = arena.allocate(4096);
  return { n: arena.kernels.lines(p, end, starts, ends), starts, ends };
}

function texts(n: number, starts: number, ends: number): (string | null)[] {
  return words(starts, n).map((start, i) =>
    start === 0xffffffff ? null : arena.bytes.toString('utf8', start, arena.u32[ends / 4 + i]),
  );
}

describe('chunks of lines', () => {
  it('are told apart by what is in them', () => {
    expect(arena.kernels.probe(...put('plain\n'))).toBe(0);
    expect(arena.kernels.probe(...put('0123456789abcdef é\n'))).toBe(1);
    expect(arena.kernels.probe(...put('0123456789abcdef0123\r\n'))).toBe(2);
  });

  it('are counted over more than one block and beyond what a lane can hold', () => {
    const text = 'ab\n'.repeat(30_000);
    expect(arena.kernels.countByte(...put(text), 10)).toBe(30_000);
    expect(arena.kernels.countByte(...put('\n'.repeat(20_000)), 10)).toBe(20_000);
    expect(arena.kernels.countByte(...put(''), 10)).toBe(0);
  });

  it('are cut at newlines', () => {
    const { n, starts, ends } = linesOf(...put(`a\n\n${'long '.repeat(40)}\nlast\n`));
    expect(texts(n, starts, ends)).toEqual(['a', '', 'long '.repeat(40), 'last']);
  });

  it('find a literal once a line, also across blocks and at the very end', () => {
    const text = `${'x'.repeat(62)}needle\nno\nneedle needle\nneedl\ne\nneedle\n`;
    const [p, end] = put(text);
    const literal = put('needle')[0];
    expect(arena.kernels.countLinesWith(p, end, literal, 6)).toBe(3);
    const { n, ends } = linesOf(p, end);
    const flags = arena.allocate(n);
    arena.kernels.flagLinesWith(p, end, literal, 6, ends, n, flags);
    expect(flagsAt(flags, n)).toEqual([1, 0, 1, 0, 0, 1]);
  });
});

describe('fields', () => {
  /** The fields and, last, the lines; and how many fields are missing. */
  function fields(text: string, wanted: number[], withLines = true) {
    const [p, end] = put(text);
    const asked = arena.allocate(wanted.length * 4);
    const columns = Array.from({ length: wanted.length + 1 }, () => ({
      starts: arena.allocate(4096),
      ends: arena.allocate(4096),
    }));
    const places = arena.allocate(columns.length * 8);
    arena.u32.set(wanted, asked / 4);
    columns.forEach(({ starts, ends }, i) => {
      const isAsked = withLines || i < wanted.length;
      arena.u32.set(isAsked ? [starts, ends] : [0, 0], places / 4 + i * 2);
    });
    const missing = arena.allocate(4);
    const n = arena.kernels.fieldColumns(p, end, 44, wanted.length, asked, places, missing);
    const found = columns.map(({ starts, ends }) => texts(n, starts, ends));
    return { found, missing: arena.u32[missing / 4]! };
  }

  /** One field, which must be the same whether others and the lines are asked for or not. */
  function field(text: string, k: number): (string | null)[] {
    const alone = fields(text, [k], false);
    const beside = fields(text, [k, k + 1, k + 3]);
    expect(alone.found[0]).toEqual(beside.found[0]);
    expect(alone.missing).toBe(alone.found[0]!.filter((value) => value === null).length);
    expect(beside.found[3]).toEqual(text.split('\n').slice(0, -1));
    return alone.found[0]!;
  }

  it('of lines with equally many of them', () => {
    const text = 'a,b,c\n1,,3\n';
    expect(field(text, 0)).toEqual(['a', '1']);
    expect(field(text, 1)).toEqual(['b', '']);
    expect(field(text, 2)).toEqual(['c', '3']);
    expect(field(text, 3)).toEqual([null, null]);
  });

  it('of lines with different numbers of them', () => {
    const text = 'a,b,c\n\nx\n1,2\n,,,\n';
    expect(field(text, 0)).toEqual(['a', '', 'x', '1', '']);
    expect(field(text, 1)).toEqual(['b', null, null, '2', '']);
    expect(field(text, 2)).toEqual(['c', null, null, null, '']);
  });

  it('of lines of every length about a block of 64 bytes', () => {
    for (let length = 0; length < 200; length++) {
      const [before, long] = ['x'.repeat(length), 'y'.repeat(140)];
      const lines = [`a,b,${before}`, `${before},b,c`, `a,${before},${long},d`, 'x', `,,${before}`];
      const text = `${lines.join('\n')}\n`;
      const rows = lines.map((line) => line.split(','));
      for (const wanted of [[0], [1], [2], [0, 2], [1, 3], [0, 1, 2, 3]]) {
        const { found } = fields(text, wanted);
        const expected = wanted.map((k) => rows.map((row) => row[k] ?? null));
        expect(found, `${length}`).toEqual([...expected, lines]);
      }
    }
  });
});

describe('bounds', () => {
  it('give each number the partition behind the bounds before it, however many there are', () => {
    const values = Array.from({ length: 60 }, (_, i) => (i % 7) * 1.5 - (i % 3) * 40);
    for (let count = 0; count < 40; count++) {
      const bounds = Array.from({ length: count }, (_, i) => i * 3 - 60);
      const keysOf = (numbers: number[]) => {
        const at = arena.allocate(numbers.length * 8);
        const keys = arena.allocate(numbers.length * 8);
        arena.f64.set(numbers, at / 8);
        arena.kernels.numberKeys(numbers.length, at, keys);
        return keys;
      };
      const parts = arena.allocate(values.length * 4);
      arena.kernels.rangePartitions(values.length, keysOf(values), keysOf(bounds), count, parts);
      const expected = values.map((value) => bounds.filter((bound) => bound < value).length);
      expect(words(parts, values.length)).toEqual(expected);
    }
  });
});

describe('numbers', () => {
  function parse(values: string[], isInteger: number): { out: number[]; odd: number[] } {
    const { n, starts, ends } = linesOf(...put(`${values.join('\n')}\n`));
    const out = arena.allocate(n * 8);
    const odd = arena.allocate(n * 4);
    const oddCount = arena.kernels.parseNumbers(n, starts, ends, isInteger, out, odd);
    return { out: numbersAt(out, n), odd: words(odd, oddCount) };
  }

  it('are read where they are plain', () => {
    const { out, odd } = parse(['0', '42', '-7', '007', '123456789012345'], 1);
    expect(out).toEqual([0, 42, -7, 7, 123456789012345]);
    expect(odd).toEqual([]);
  });

  it('are read with decimals as the language reads them', () => {
    const { out, odd } = parse(['0.1', '-12.375', '1234567.12345', '3.0'], 0);
    expect(out).toEqual([0.1, -12.375, 1234567.12345, 3]);
    expect(odd).toEqual([]);
  });

  it('are left to the language where they are not', () => {
    const strange = ['', '-', '-0', ' 1', '1e3', '1.', '.5', '1.2.3', '1234567890123456', '+1'];
    expect(parse(strange, 0).odd).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(parse(['1.5', '2', '12abc'], 1).odd).toEqual([0, 2]);
  });

  it('count UTF-16 units of text', () => {
    const { n, starts, ends } = linesOf(...put('abc\né日本\n😀😀\n\nlonger than sixteen é 😀\n'));
    const out = arena.allocate(n * 8);
    expect(arena.kernels.textLengths(n, starts, ends, 0, out)).toBe(0);
    expect(numbersAt(out, n)).toEqual([3, 3, 4, 0, 24]);
  });
});

describe('tests of columns', () => {
  const values = ['abc', '', 'ab', 'xabc', 'abcabcabcabc'];
  function flag(
    kernel: 'flagEqual' | 'flagStartsWith' | 'flagEndsWith' | 'flagIncludes',
    text: string,
  ): number[] {
    const { n, starts, ends } = linesOf(...put(`${values.join('\n')}\nmissing\n`));
    arena.u32[starts / 4 + 5] = 0xffffffff;
    const flags = arena.allocate(n);
    arena.kernels[kernel](n, starts, ends, put(text)[0], text.length, flags);
    return flagsAt(flags, n);
  }

  it('compare with a literal; a missing value is no text', () => {
    expect(flag('flagEqual', 'abc')).toEqual([1, 0, 0, 0, 0, 0]);
    expect(flag('flagEqual', 'abcabcabcabc')).toEqual([0, 0, 0, 0, 1, 0]);
    expect(flag('flagStartsWith', 'abc')).toEqual([1, 0, 0, 0, 1, 2]);
    expect(flag('flagEndsWith', 'bc')).toEqual([1, 0, 0, 1, 1, 2]);
    expect(flag('flagIncludes', 'ca')).toEqual([0, 0, 0, 0, 1, 2]);
  });

  it('are joined as the language joins them', () => {
    const all = [0, 0, 0, 1, 1, 1, 2, 2, 2];
    const each = [0, 1, 2, 0, 1, 2, 0, 1, 2];
    const join = (kernel: 'flagsAnd' | 'flagsOr'): number[] => {
      const left = arena.copyIn(Uint8Array.from(all));
      arena.kernels[kernel](9, left, arena.copyIn(Uint8Array.from(each)));
      return flagsAt(left, 9);
    };
    expect(join('flagsAnd')).toEqual([0, 0, 0, 0, 1, 2, 2, 2, 2]);
    expect(join('flagsOr')).toEqual([0, 1, 2, 1, 1, 1, 2, 2, 2]);
  });
});

describe('a byte dictionary', () => {
  /** Puts the lines of a text; the slots. */
  function putLines(dictionary: ByteDictionary, text: string): number[] {
    const [p, end] = put(text);
    const starts = arena.allocate(1 << 20);
    const ends = arena.allocate(1 << 20);
    const slots = arena.allocate(1 << 20);
    const n = arena.kernels.lines(p, end, starts, ends);
    dictionary.reserve(n, end - p);
    arena.kernels.putColumn(dictionary.header, n, starts, ends, slots);
    return words(slots, n);
  }

  it('numbers keys in the order of first appearance, whatever their length', () => {
    const dictionary = new ByteDictionary(arena);
    const long = 'k'.repeat(40);
    const text = `b\na\n\n${long}1\n${long}2\n12345678\n123456789\n${long}1\nb\n\n`;
    expect(putLines(dictionary, text)).toEqual([0, 1, 2, 3, 4, 5, 6, 3, 0, 2]);
    expect(dictionary.size).toBe(7);
    expect(dictionary.byteLength).toBe(1 + 1 + 0 + 41 + 41 + 8 + 9);
  });

  it('tells a key from one with zero bytes at its end', () => {
    expect(putLines(new ByteDictionary(arena), 'a\na\0\na\0\0\na\n')).toEqual([0, 1, 2, 0]);
  });

  it('keeps its slots while it grows', () => {
    const dictionary = new ByteDictionary(arena);
    const keys = Array.from({ length: 5000 }, (_, i) => `key number ${i * 7919}`);
    for (let from = 0; from < 5000; from += 500) {
      putLines(dictionary, `${keys.slice(from, from + 500).join('\n')}\n`);
    }
    expect(dictionary.size).toBe(5000);
    expect(putLines(dictionary, `${keys[0]}\n${keys[4999]}\n${keys[1234]}\n`)).toEqual([
      0, 4999, 1234,
    ]);
  });
});

describe('composed texts', () => {
  const COLUMN_BYTES = 1 << 12;
  const column = () => arena.allocate(COLUMN_BYTES);

  /** The column of some texts, each on a line of its own. */
  function textsColumn(texts: readonly string[]) {
    const [p, end] = put(`${texts.join('\n')}\n`);
    const [starts, ends] = [column(), column()];
    arena.kernels.lines(p, end, starts, ends);
    return { kind: 'text', starts, ends } as const;
  }

  function numbersColumn(values: readonly number[]) {
    const at = column();
    arena.f64.set(values, at / 8);
    return { kind: 'number', at } as const;
  }

  it('are the parts of each row, and come apart again by slot', () => {
    const composer = new Composer(arena, 8);
    const parts = [
      textsColumn(['a', '', 'é']),
      numbersColumn([1, 0.5, Number.NaN]),
      textsColumn(['x', 'yy', '']),
    ];
    expect(composer.composeKeys(parts, { n: 3, rows: null, room: 64 })).toBe(1 + 2 + 3 * 9 + 3);
    const dictionary = new ByteDictionary(arena);
    const slots = column();
    dictionary.reserve(6, 128);
    for (let again = 0; again < 2; again++) {
      arena.kernels.putColumn(dictionary.header, 3, composer.starts, composer.ends, slots);
    }
    expect(dictionary.size).toBe(3);
    const apart = takenApart(arena, dictionary, {
      isTuple: true,
      parts: ['text', 'number', 'text'],
    });
    const [first, second, third] = apart.parts;
    expect(first?.kind === 'text' && texts(3, first.starts, first.ends)).toEqual(['a', '', 'é']);
    expect(second?.kind === 'number' && numbersAt(second.at, 3)).toEqual([1, 0.5, Number.NaN]);
    expect(third?.kind === 'text' && texts(3, third.starts, third.ends)).toEqual(['x', 'yy', '']);
  });

  it('are not made where a number is minus zero, or a text is missing and nothing stands for it', () => {
    const composer = new Composer(arena, 8);
    const rows = { n: 1, rows: null, room: 64 };
    expect(composer.compose([numbersColumn([-0])], rows)).toBeNull();
    const missing = textsColumn(['a']);
    arena.u32[missing.starts / 4] = 0xffffffff;
    expect(composer.compose([missing], rows)).toBeNull();
    const [p, end] = put('none');
    expect(composer.compose([missing], rows, { at: p, length: end - p })).toBe(4);
    expect(texts(1, composer.starts, composer.ends)).toEqual(['none']);
  });

  it('are given the partitions that the engine gives keys', () => {
    const names = ['', 'a', 'airport', 'é', '日本', '😀 and more', 'zz', 'a', 'b', 'c', 'd', 'e'];
    const numbers = [
      0,
      -1,
      1,
      2 ** 40,
      0.1,
      -2.5,
      1e300,
      5e-324,
      Infinity,
      -Infinity,
      NaN,
      -(2 ** 53),
    ];
    const n = names.length;
    const [text, number] = [textsColumn(names), numbersColumn(numbers)];
    const parts = [text, number];
    const partitionOf = column();
    for (const partitions of [3, 7, 200]) {
      arena.kernels.hashPartitions(n, text.starts, text.ends, partitions, partitionOf);
      expect(words(partitionOf, n)).toEqual(names.map((key) => partitionOfKey(key, partitions)));
      arena.kernels.hashComposed(n, partsIn(arena, [number]), 1, 0, partitions, partitionOf);
      expect(words(partitionOf, n)).toEqual(numbers.map((key) => partitionOfKey(key, partitions)));
      arena.kernels.hashComposed(n, partsIn(arena, parts), 2, 1, partitions, partitionOf);
      expect(words(partitionOf, n)).toEqual(
        names.map((name, i) => partitionOfKey([name, numbers[i]], partitions)),
      );
    }
  });
});

describe('an arena', () => {
  it('grows without moving what is there, up to its limit', () => {
    const small = Arena.create({ limitBytes: 4 * 1024 * 1024 })!;
    const at = small.allocate(1024);
    const view = small.bytes.subarray(at, at + 3);
    view.set([1, 2, 3]);
    small.allocate(3 * 1024 * 1024);
    expect([...small.bytes.subarray(at, at + 3)]).toEqual([1, 2, 3]);
    small.bytes[at] = 9;
    expect(view[0]).toBe(9);
    expect(() => small.allocate(2 * 1024 * 1024)).toThrow(ArenaFull);
    small.reset();
    expect(small.allocate(3 * 1024 * 1024)).toBe(at);
  });
});
