// What the symbolic reader understands of functions over lines, and what it leaves to the plain path.
import { describe, expect, it } from 'vitest';
import { captureClosure } from '#dist/closure/capture.js';
import type { Meaning, Test } from '#dist/plan/bytes/meaning.js';
import { isNumberMerge, readCall } from '#dist/plan/bytes/reader.js';

const capture = (fn: Function) => captureClosure(fn, { operation: 'map', site: null } as never);
const read = (fn: Function, argument: Meaning = { kind: 'line' }) =>
  readCall(capture(fn), [argument]);
const meaningOf = (fn: Function): Meaning | null => read(fn)?.meaning ?? null;
const testOf = (fn: Function): Test | null => {
  const meaning = meaningOf(fn);
  return meaning?.kind === 'test' ? meaning.test : null;
};

const field = (index: number) => ({ kind: 'field', separator: 44, index }) as const;

describe('functions of a line', () => {
  it('are read through names, destructuring and captured constants', () => {
    const index = 2;
    const separator = ',';
    expect(meaningOf((l: string) => l.split(',')[2])).toEqual(field(2));
    expect(meaningOf((l: string) => l.split(separator)[index])).toEqual(field(2));
    expect(
      meaningOf((l: string) => {
        const [, second] = l.split(',');
        const pair = [second, 1];
        return pair;
      }),
    ).toEqual({ kind: 'tuple', items: [field(1), { kind: 'constant', value: 1 }] });
  });

  it('make numbers of fields by the language’s own functions', () => {
    const parsed = (parser: string) => ({ kind: 'parsed', parser, text: field(4) });
    // biome-ignore lint/correctness/useParseIntRadix: the radix is what is tested
    expect(meaningOf((l: string) => Number.parseInt(l.split(',')[4]!))).toEqual(parsed('parseInt'));
    expect(meaningOf((l: string) => Number.parseInt(l.split(',')[4]!, 10))).toEqual(
      parsed('parseInt10'),
    );
    expect(meaningOf((l: string) => +l.split(',')[4]!)).toEqual(parsed('Number'));
    expect(meaningOf((l: string) => Number.parseInt(l.split(',')[4]!, 16))).toBeNull();
  });

  it('put texts together of fields and literals', () => {
    const joined = (...parts: unknown[]) => ({ kind: 'joined', parts });
    expect(meaningOf((l: string) => `${l.split(',')[1]}-${l.split(',')[2]}`)).toEqual(
      joined(field(1), '-', field(2)),
    );
    const mark = '/';
    expect(meaningOf((l: string) => mark + l.split(',')[1] + 1)).toEqual(
      joined('/', field(1), '1'),
    );
    expect(meaningOf((_l: string) => 'a' + 'b')).toEqual({ kind: 'value', value: 'ab' });
    // Two missing fields are added as numbers; a newline would end a part of a key.
    expect(meaningOf((l: string) => l.split(',')[1]! + l.split(',')[2]!)).toBeNull();
    expect(meaningOf((l: string) => `${l.split(',')[1]}\n`)).toBeNull();
    expect(meaningOf((l: string) => `${l.length}`)).toBeNull();
  });

  it('replace every place of a text', () => {
    const replaced = (of: object) => ({ kind: 'replaced', of, from: ',', to: ';' });
    expect(meaningOf((l: string) => l.replaceAll(',', ';'))).toEqual(replaced({ kind: 'line' }));
    expect(read((l: string) => l.split(',')[1]!.replace(/,/g, ';'))).toEqual({
      meaning: replaced(field(1)),
      needs: [{ kind: 'present', text: field(1) }],
    });
    // The first place only; a pattern; a text that stands for what was found; one that may not be asked.
    expect(meaningOf((l: string) => l.replace(',', ';'))).toBeNull();
    expect(meaningOf((l: string) => l.replace(/[,;]/g, ';'))).toBeNull();
    expect(meaningOf((l: string) => l.replaceAll(',', '$&'))).toBeNull();
    expect(meaningOf((l: string) => l.length > 1 && l.replaceAll(',', ';') === 'a')).toBeNull();
  });

  it('test lines, and say what would throw', () => {
    expect(testOf((l: string) => !l.includes('x'))).toEqual({
      kind: 'not',
      test: { kind: 'match', how: 'includes', text: { kind: 'line' }, literal: 'x' },
    });
    expect(read((l: string) => l.split(',')[3]!.startsWith('x'))?.needs).toEqual([
      { kind: 'present', text: field(3) },
    ]);
    // What stands behind && may never be asked: the need is part of the test.
    const guarded = read((l: string) => l.length > 9 && l.split(',')[3]!.length > 1);
    expect(guarded?.needs).toEqual([]);
    expect(JSON.stringify(guarded?.meaning)).toContain('"present"');
  });

  it('are left alone where they do anything else', () => {
    const table = new Map([['a', 1]]);
    const parse = { parseInt: (text: string) => text.length };
    for (const fn of [
      (l: string) => table.get(l),
      (l: string) => l.trim(),
      (l: string) => l.split(/,/)[0],
      (l: string) => l.split(',', 2)[0],
      (l: string) => l.split('::')[0],
      (l: string) => l.split(',')[0]!.split(';')[0],
      (l: string) => parse.parseInt(l),
      (l: string) => l.includes('\n'),
      (l: string) => l.split(',')[1]?.length,
      (l: string) => ({ line: l }),
      async (l: string) => l,
      (l: string) => {
        if (l === '') return 0;
        return 1;
      },
    ]) {
      expect(meaningOf(fn), String(fn)).toBeNull();
    }
  });

  it('are not mistaken where a name hides a global', () => {
    const made = new Function(
      'return l => { const x = parseInt(l); const parseInt = 3; return x; };',
    )() as Function;
    expect(meaningOf(made)).toBeNull();
    const captured = (
      (Number: (text: string) => string) => (l: string) =>
        Number(l.split(',')[0]!)
    )((text) => text);
    expect(meaningOf(captured)).toBeNull();
  });
});

describe('functions that merge two numbers', () => {
  it('are proven to give a number', () => {
    expect(isNumberMerge(capture((a: number, b: number) => a + b))).toBe(true);
    expect(isNumberMerge(capture((a: number, b: number) => Math.max(a, b)))).toBe(true);
    expect(isNumberMerge(capture((a: number, b: number) => (a > b ? a : b)))).toBe(true);
  });

  it('are left alone where they need not', () => {
    expect(isNumberMerge(capture((a: number, b: number) => (a > b ? a : 'many')))).toBe(false);
    expect(isNumberMerge(capture((a: number, b: number) => [a, b]))).toBe(false);
    expect(isNumberMerge(capture((a: number, b: number) => a > b))).toBe(false);
    expect(isNumberMerge(capture((a: number, b: number) => a + String(b)))).toBe(false);
    expect(
      isNumberMerge(
        capture((a: number, b: number) => {
          console.log(a);
          return a + b;
        }),
      ),
    ).toBe(false);
  });
});
