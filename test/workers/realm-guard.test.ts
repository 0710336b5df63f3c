// What user code replaces of the language is put back; what it adds stays.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SparkContext } from '#dist/index.js';
import { RealmGuard } from '#dist/workers/realm-guard.js';

describe.each([
  ['at first', 0],
  ['that has looked often', 100],
])('the guard of a realm %s', (_, looks) => {
  const guard = new RealmGuard();
  for (let look = 0; look < looks; look++) guard.restore();
  const changed = (change: () => void) => {
    change();
    return guard.restore();
  };

  it('finds nothing to do where nothing was replaced', () => {
    expect(guard.restore()).toEqual({ restored: [], lost: [] });
  });

  it.each<[string, () => void]>([
    ['Array.prototype.map', () => Object.assign(Array.prototype, { map: null })],
    ['Array.prototype.push', () => Object.assign(Array.prototype, { push: () => 0 })],
    ['Map.prototype.get', () => Object.assign(Map.prototype, { get: () => 1 })],
    ['Promise.prototype.catch', () => Object.assign(Promise.prototype, { catch() {} })],
    ['String.prototype.split', () => Reflect.deleteProperty(String.prototype, 'split')],
    ['JSON.stringify', () => Object.assign(JSON, { stringify: 7 })],
    ['Map', () => Object.assign(globalThis, { Map: class {} })],
    ['process', () => Object.assign(globalThis, { process: null })],
    ['setTimeout', () => Object.assign(globalThis, { setTimeout: null })],
    [
      'Map.prototype.size',
      () => Object.defineProperty(Map.prototype, 'size', { get: () => 0, configurable: true }),
    ],
    [
      'Array.prototype[Symbol.iterator]',
      () => Object.assign(Array.prototype, { *[Symbol.iterator]() {} }),
    ],
    [
      'ArrayIterator.prototype.next',
      () => Object.assign(Object.getPrototypeOf([][Symbol.iterator]()), { next: () => ({}) }),
    ],
    ['Math.max', () => Reflect.deleteProperty(Math, 'max')],
    [
      'Set.prototype.has',
      () =>
        Object.defineProperty(Set.prototype, 'has', {
          get() {
            throw new Error('read');
          },
          configurable: true,
        }),
    ],
  ])('puts back %s', (name, change) => {
    expect(changed(change)).toEqual({ restored: [name], lost: [] });
    expect([...[1, 2].map((x) => x * 2)]).toEqual([2, 4]);
  });

  it('leaves what was added', () => {
    const added = Array.prototype as unknown as { total?: () => number };
    added.total = function (this: number[]) {
      return this.reduce((a, b) => a + b, 0);
    };
    expect(guard.restore()).toEqual({ restored: [], lost: [] });
    expect((([1, 2] as unknown as typeof added).total as () => number)()).toBe(3);
    delete added.total;
  });
});

describe('a worker', () => {
  let sc: SparkContext;
  beforeAll(() => {
    sc = new SparkContext('local[1]', 'realm');
  });
  afterAll(() => sc.stop());

  it.each([0, 40])(
    'works after a function has replaced what it stands on, after %i tasks',
    async (before) => {
      for (let task = 0; task < before; task++) await sc.parallelize([1]).count();
      const spoil = sc.parallelize([1]).map((x) => {
        Array.prototype.map = () => {
          throw new Error('spoilt');
        };
        Map.prototype.get = () => undefined;
        Promise.prototype.finally = () => new Promise(() => {});
        return x;
      });
      await spoil.count().catch(() => {});
      const sums = await sc
        .parallelize([1, 2, 3])
        .map((x) => [x % 2, [x].map((y) => y * 2)[0]!] as [number, number])
        .reduceByKey((a, b) => a + b)
        .collectAsMap();
      expect([sums.get(0), sums.get(1), sums.size]).toEqual([4, 8, 2]);
    },
  );
});
