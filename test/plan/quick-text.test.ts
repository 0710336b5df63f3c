// Functions over texts are rewritten to quicker forms of the same: same results, same errors.
import { describe, expect, it } from 'vitest';
import { captureClosure } from '#dist/closure/capture.js';
import { reviveClosure } from '#dist/closure/revive.js';
import { withQuickText } from '#dist/plan/quick-text.js';

const context = { resolveHandle: () => null, module: () => null };

function rewrite(fn: Function) {
  const payload = captureClosure(fn, { operation: 'map', site: null } as never);
  const ref = withQuickText({ kind: 'closure', payload });
  if (ref.kind !== 'closure') throw new Error('no closure');
  return { isNew: ref.payload !== payload, call: reviveClosure(ref.payload, context) };
}

const table = new Map([['LH', 'Lufthansa']]);
const rewritable: Function[] = [
  (l: string) => table.get(l.split(',')[1]!) ?? l.split(',')[0],
  (l: string) => {
    const f = l.split(',');
    return { from: f[0], number: Number(f[2]) };
  },
  (l: string) => {
    const [, code, number] = l.split(',');
    return [code, number].map((text) => text?.toUpperCase());
  },
  function withBoth(this: unknown, l: string) {
    const f = l.split(';');
    return `${f[1]}-${f[0]}-${l.split(',')[0]}`;
  },
];
const lines = ['a,LH,7', 'a,LH', '', ',', 'a,b,c,d,e', 'x;y', ';;;', 'é,日本,😀'];

describe('functions that look at few fields', () => {
  it('give what they gave, for fields that are there and that are not', () => {
    for (const fn of rewritable) {
      const { isNew, call } = rewrite(fn);
      expect(isNew, String(fn)).toBe(true);
      for (const line of lines) expect(call(line), `${fn} of '${line}'`).toEqual(fn(line));
    }
  });

  it('ask whatever is no text for its own split, and throw as they threw', () => {
    const { call } = rewrite((l: string) => l.split(',')[1]);
    expect(call({ split: () => ['own', 'fields'] })).toBe('fields');
    expect(() => call(undefined)).toThrow("Cannot read properties of undefined (reading 'split')");
  });

  it('replace texts by texts as they did', () => {
    const calls: Function[] = [
      (l: string) => l.replaceAll(',', ';'),
      (l: string) => l.replaceAll('a,', ''),
      (l: string) => l.replace(/,/g, ' and '),
    ];
    for (const fn of calls) {
      const { isNew, call } = rewrite(fn);
      expect(isNew, String(fn)).toBe(true);
      for (const line of lines) expect(call(line)).toBe(fn(line));
    }
    for (const fn of [
      (l: string) => l.replaceAll('', '-'),
      (l: string) => l.replaceAll(',', '$&$&'),
      (l: string) => l.replace(/./g, '-'),
      (l: string) => l.replace(/a/gi, '-'),
    ]) {
      const { isNew, call } = rewrite(fn);
      expect(isNew, String(fn)).toBe(false);
      for (const line of lines) expect(call(line)).toBe(fn(line));
    }
  });

  it('are left alone where all fields may be wanted', () => {
    const others: Function[] = [
      (l: string) => l.split(','),
      (l: string) => l.split(',').length,
      (l: string) => l.split(', ')[1],
      (l: string, i: number) => l.split(',')[i],
      (l: string) => {
        const f = l.split(',');
        return [f[1], f.length];
      },
      (l: string) => {
        const f = l.split(',');
        f[1] = 'changed';
        return f[1];
      },
      (l: string) => {
        const f = l.split(',');
        return [f].map((f) => f[0]);
      },
      (l: string) => {
        const [first, ...rest] = l.split(',');
        return [first, rest];
      },
    ];
    for (const fn of others) {
      const { isNew, call } = rewrite(fn);
      expect(isNew, String(fn)).toBe(false);
      expect(call('a,b,c', 1)).toEqual(fn('a,b,c', 1));
    }
  });

  it('keep their length and lines, so that errors point where the user wrote them', () => {
    const fn = (l: string) => {
      const f = l.split(',');
      if (f[1] === 'bad') throw new Error('here');
      return f[1];
    };
    const plain = reviveClosure(
      captureClosure(fn, { operation: 'map', site: null } as never),
      context,
    );
    expect(placeOf(rewrite(fn).call)).toBe(placeOf(plain));
  });
});

function placeOf(call: Function): string | undefined {
  try {
    call('a,bad');
  } catch (error) {
    return /:\d+:\d+/.exec((error as Error).stack!.split('\n')[1]!)?.[0];
  }
  return undefined;
}
