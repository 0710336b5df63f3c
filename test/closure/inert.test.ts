// Which functions can have replaced nothing of the language, so that nobody has to look whether they did.
import { describe, expect, it } from 'vitest';
import { captureClosure } from '#dist/closure/capture.js';

const capture = (fn: Function) => captureClosure(fn, { operation: 'map', site: null });
const outer = 3;

describe('a function is inert', () => {
  it.each([
    (x: number) => x,
    (x: number) => [x % 3, x],
    (a: number, b: number) => a + b,
    (x: string) => x.length > 3 && x !== 'no',
    (x: { a: number[] }) => ({ sum: x.a[0]! + x.a[1]!, text: `${x.a[2]} of ${typeof x}` }),
    ([k, v]: [string, number]) => [v ?? -1, k],
    ([, v]: [string, number]) => (v ? !v : null),
    (x: { y?: number[] }) => x.y?.[0],
  ])('%s', (fn) => {
    expect(capture(fn).isInert).toBe(true);
  });

  it.each([
    (x: string) => x.trim(),
    (x: { f?: () => number }) => x.f?.(),
    (x: string) => new Date(x),
    (x: (parts: unknown) => string) => x`a`,
    (x: string) => [/a/, x],
    (x: number[]) => [...x],
    (x: object) => ({ ...x }),
    (x: number[]) => (x[0] = 1),
    (x: number[]) => x[0]!++,
    (x: { a?: number }) => delete x.a,
    (x: unknown) => x instanceof (x as never),
    (x: string) => ({ [x]: 1 }),
    () => ({
      get a() {
        return 1;
      },
    }),
    (x: number) => () => x,
    (x: number) => {
      return x;
    },
    (x = 1) => x,
    ({ a }: { a: number }) => a,
    (...all: number[]) => all,
    async (x: number) => x,
    (x: number) => x + outer,
    () => (Array.prototype as { last?: unknown }).last,
    function (this: unknown, x: number) {
      return [this, x];
    },
    Number,
  ])('but not %s', (fn) => {
    expect(capture(fn).isInert).toBe(false);
  });
});
