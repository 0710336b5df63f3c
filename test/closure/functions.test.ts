import { afterAll, expect, test } from 'vitest';
import { ReviveWorker } from './in-worker.js';

const worker = new ReviveWorker();
afterAll(() => worker.stop());

const airport = 'FRA';

function even(n: number): boolean {
  return n === 0 ? true : odd(n - 1);
}
function odd(n: number): boolean {
  return n === 0 ? false : even(n - 1);
}

test('functions that call each other travel together', async () => {
  expect(await worker.call(even, 10)).toBe(true);
});

test('an arrow that calls itself travels', async () => {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  expect(await worker.call(factorial, 5)).toBe(120);
});

test('each closure of a loop keeps its own variable', async () => {
  const parts: (() => number)[] = [];
  for (let i = 0; i < 3; i++) parts.push(() => i);
  expect(await worker.call(() => parts.map((part) => part()))).toEqual([0, 1, 2]);
});

test('captured functions bring their own captures', async () => {
  const offset = 10;
  const add = (a: number, b: number): number => a + b + offset;
  const sum = (xs: number[]): number => xs.reduce(add, 0);
  expect(await worker.call((xs: number[]) => sum(xs), [1, 2])).toBe(23);
});

test('async functions, generators and async generators travel', async () => {
  expect(await worker.call(async (x: string) => (await Promise.resolve(x)) + airport, 'a')).toBe(
    'aFRA',
  );
  const names = await worker.call(function* (n: number) {
    for (let i = 0; i < n; i++) yield i + airport;
  }, 2);
  expect(names).toEqual(['0FRA', '1FRA']);
  async function* letters() {
    yield airport;
  }
  const collect = async (): Promise<string[]> => {
    const all: string[] = [];
    for await (const letter of letters()) all.push(letter);
    return all;
  };
  expect(await worker.call(collect)).toEqual(['FRA']);
});

test('default parameters see captured names', async () => {
  const fn = (a: string, b = airport, { c = b } = {}): string => a + b + c;
  expect(await worker.call(fn, 'x')).toBe('xFRAFRA');
});

test('rest, spread and destructuring work', async () => {
  const fn = ({ a, ...rest }: Record<string, number>, ...xs: number[]) => [
    a,
    rest,
    xs.length + airport.length,
  ];
  expect(await worker.call(fn, { a: 1, b: 2 }, 1, 2)).toEqual([1, { b: 2 }, 5]);
});

test('a function keeps its properties, name and length', async () => {
  const scale = Object.assign((x: number) => x * scale.factor, { factor: 3 });
  expect(await worker.call((x: number) => [scale(x), scale.name, scale.length], 2)).toEqual([
    6,
    'scale',
    1,
  ]);
  const { plus } = { plus: (a: number, b: number) => a + b };
  expect(await worker.call(() => [plus.name, plus.length])).toEqual(['plus', 2]);
});

test('old-style constructors keep their prototype chain', async () => {
  function Old(this: { x: number }, x: number) {
    this.x = x;
  }
  Old.prototype.double = function (this: { x: number }) {
    return this.x * 2;
  };
  function Sub(this: { x: number }, x: number) {
    (Old as unknown as { call(self: object, x: number): void }).call(this, x);
  }
  Sub.prototype = Object.create(Old.prototype as object);
  Sub.prototype.constructor = Sub;
  const Make = Sub as unknown as new (x: number) => { double(): number };
  const result = await worker.call((x: number) => {
    const made = new Make(x);
    return [made.double(), made instanceof Make];
  }, 4);
  expect(result).toEqual([8, true]);
});

test('bound functions travel with their this and arguments', async () => {
  const bound = function (this: { k: number }, a: number, b: number) {
    return this.k + a + b;
  }.bind({ k: 1 }, 2);
  expect(await worker.call(bound, 3)).toBe(6);
  expect(await worker.call(Math.max.bind(null, 5), 3)).toBe(5);
});

test('built-in functions travel by their place', async () => {
  const trim = String.prototype.trim;
  const [toNumber, max, has, log] = [
    Number,
    Math.max,
    Object.prototype.hasOwnProperty,
    console.log,
  ];
  const result = await worker.call(
    (s: string) => [
      trim.call(s),
      toNumber('3'),
      max(1, 2),
      has.call({ a: 1 }, 'a'),
      log === console.log,
    ],
    ' a ',
  );
  expect(result).toEqual(['a', 3, 2, true, true]);
  expect(await worker.call(Number, '7')).toBe(7);
});

test('globals that are made when first used travel by name', async () => {
  const [clock, random] = [performance, crypto.subtle];
  expect(await worker.call(() => [clock === performance, random === crypto.subtle])).toEqual([
    true,
    true,
  ]);
});

test('an arrow takes the this around it along', async () => {
  class Service {
    scale = 3;
    make() {
      return (x: number): number => this.scale * x;
    }
    makeAsync() {
      return async (x = 1, { y = 2 } = {}): Promise<number> => this.scale * x * y;
    }
    makeNested() {
      return () => [1, 2].map((x) => this.scale * x);
    }
  }
  expect(await worker.call(new Service().make(), 2)).toBe(6);
  expect(await worker.call(new Service().makeAsync())).toBe(6);
  expect(await worker.call(new Service().makeNested())).toEqual([3, 6]);
});

test('reading the this of an arrow runs none of its code', async () => {
  let runs = 0;
  const effect = (): number => ++runs;
  const object = {
    k: 1,
    make() {
      return (a = effect(), { b = effect() } = {}, [c = effect()] = [] as number[]) => {
        effect();
        return [this.k, a, b, c];
      };
    },
  };
  await worker.call(object.make(), 1, {}, [2]);
  expect(runs).toBe(0);
});

test('methods, getters and generator methods travel alone', async () => {
  const oddName = 'odd name';
  const object = {
    a: 5,
    plus(x: number) {
      return x + airport.length;
    },
    async later() {
      return airport;
    },
    *[oddName]() {
      yield airport;
    },
    get size() {
      return airport.length;
    },
  };
  const { plus, later } = object;
  const getter = Object.getOwnPropertyDescriptor(object, 'size')!.get!;
  expect(await worker.call(plus, 1)).toBe(4);
  expect(await worker.call(later)).toBe('FRA');
  expect(await worker.call(object[oddName])).toEqual(['FRA']);
  expect(await worker.call(getter)).toBe(3);
});

test('a method that uses super finds the prototype of its object', async () => {
  const base = { hello: () => 'hi' };
  const derived = {
    hello(): string {
      return `${super.hello()}!`;
    },
  };
  Object.setPrototypeOf(derived, base);
  expect(await worker.call(() => derived.hello())).toBe('hi!');
});

test('inner names hide captured ones', async () => {
  const [x, y] = [1, 10];
  const fn = (z: number): number => {
    {
      const x = 5;
      z += x;
    }
    for (const y of [1]) z += y;
    try {
      throw 1;
    } catch (x) {
      z += x as number;
    }
    return z + x + y;
  };
  expect(await worker.call(fn, 0)).toBe(18);
});

test('labels, keys and property names are not taken for variables', async () => {
  const a = 2;
  const fn = () => {
    for (;;) break;
    return { a, b: a, c: { a: 1 }.a };
  };
  expect(await worker.call(fn)).toEqual({ a: 2, b: 2, c: 1 });
});

test('var and inner functions are hoisted', async () => {
  const base = 1;
  const fn = () => {
    // biome-ignore lint/correctness/noInnerDeclarations: hoisting is what the test is about
    if (base) var late = 3;
    return inner();
    function inner() {
      return late + base;
    }
  };
  expect(await worker.call(fn)).toBe(4);
});

test('tagged templates and new Function work', async () => {
  const tag = (parts: TemplateStringsArray, ...xs: number[]): string =>
    parts.raw.join('|') + xs.join();
  expect(await worker.call((x: number) => tag`a${x}b`, 1)).toBe('a|b1');
  expect(await worker.call(new Function('a', 'return a + 1'), 1)).toBe(2);
});

test('a variable that the function assigns travels as a copy', async () => {
  let count = 5;
  const next = (): number => ++count;
  expect(await worker.callRepeatedly(next, 3)).toBe(8);
  expect(count).toBe(5);
});

test('two functions that share a variable go on sharing it', async () => {
  let counter = 0;
  const increase = (): number => ++counter;
  const read = (): number => counter;
  const readBoth = (): number[] => {
    increase();
    increase();
    return [read(), counter];
  };
  expect(await worker.call(readBoth)).toEqual([2, 2]);
  expect(counter).toBe(0);
});

test('variables of two calls of one maker stay apart', async () => {
  const make = () => {
    let n = 0;
    return {
      add: () => ++n,
      get: () => n,
      call: <T>(f: (n: number) => T): T => f(n),
      pair: () => ({ n }),
    };
  };
  const [first, second] = [make(), make()];
  const result = await worker.call(() => {
    first.add();
    first.add();
    second.add();
    return [first.get(), second.get(), first.call((x) => x + 1), first.pair()];
  });
  expect(result).toEqual([2, 1, 3, { n: 2 }]);
});

test('a shared variable that holds a function can be called and replaced', async () => {
  let current = (x: number): number => x;
  const replace = (): void => {
    current = (x) => x * 10;
  };
  const use = (x: number): number => current(x);
  const result = await worker.call(() => {
    const before = use(2);
    replace();
    return [before, use(2)];
  });
  expect(result).toEqual([2, 20]);
});

test('direct assignment patterns reach a shared variable', async () => {
  let [a, b] = [1, 2];
  const swap = (): void => {
    [a, b] = [b, a];
    ({ a = 9 } = { a } as { a?: number });
  };
  const read = () => [a, b];
  const result = await worker.call(() => {
    swap();
    return read();
  });
  expect(result).toEqual([2, 1]);
});

test('a sloppy function keeps its sloppy ways', async () => {
  const sloppy = new Function('x', 'arguments[0] = 5; return [x, this === globalThis]');
  expect(await worker.call(sloppy, 1)).toEqual([5, true]);
});
