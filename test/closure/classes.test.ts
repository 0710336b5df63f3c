import { afterAll, expect, test } from 'vitest';
import { ReviveWorker } from './in-worker.js';

const worker = new ReviveWorker();
afterAll(() => worker.stop());

const airport = 'FRA';

class Animal {
  static count = 5;
  static #secret = 42;
  static registry = new Map([['a', 1]]);
  static block: string;
  static {
    Animal.block = 'b';
  }
  #legs = 3;
  name: string;
  constructor(name: string) {
    this.name = name;
  }
  hello(): string {
    return `hi ${this.name}`;
  }
  get legs(): number {
    return this.#legs;
  }
  set legs(n: number) {
    this.#legs = n;
  }
  #double(): number {
    return this.#legs * 2;
  }
  doubled(): number {
    return this.#double();
  }
  static secret(): number {
    return Animal.#secret;
  }
  static isAnimal(x: object): boolean {
    return #legs in x;
  }
}

class Dog extends Animal {
  tricks: string[] = [];
  bark(): string {
    return `${super.hello()}!${airport}`;
  }
  static make(name: string): Dog {
    return new Dog(name);
  }
}

test('a class and the class it extends travel with methods, accessors and super', async () => {
  expect(await worker.call((name: string) => new Dog(name).bark(), 'rex')).toBe('hi rex!FRA');
});

test('static fields, private statics and static blocks travel as the values they have', async () => {
  const result = await worker.call(() => [
    Animal.count,
    Animal.secret(),
    Animal.registry.get('a'),
    Animal.block,
    Dog.count,
    new Dog('z').legs,
    Dog.make('q').name,
  ]);
  expect(result).toEqual([5, 42, 1, 'b', 5, 3, 'q']);
});

test('static blocks and initialisers do not run again', async () => {
  const log: string[] = [];
  class Noisy {
    static made = log.push('made');
    static {
      log.push('block');
    }
    static read(): [number, string[]] {
      return [Noisy.made, log];
    }
  }
  expect(await worker.call(() => Noisy.read())).toEqual([1, ['made', 'block']]);
});

test('an instance keeps its fields, class and prototype', async () => {
  class Point {
    constructor(
      readonly x: number,
      readonly y: number,
    ) {}
    get length(): number {
      return Math.hypot(this.x, this.y);
    }
    toString(): string {
      return `(${this.x},${this.y})`;
    }
  }
  const point = new Point(3, 4);
  expect(await worker.call(() => [point.length, String(point), point instanceof Point])).toEqual([
    5,
    '(3,4)',
    true,
  ]);
});

test('an instance keeps its private fields, and they stay private', async () => {
  const dog = new Dog('inst');
  dog.legs = 4;
  const result = await worker.call(() => [
    dog.legs,
    dog.doubled(),
    Animal.isAnimal(dog),
    Animal.isAnimal({}),
    Object.keys(dog),
    dog.bark(),
  ]);
  expect(result).toEqual([4, 8, true, false, ['name', 'tricks'], 'hi inst!FRA']);
});

test('an instance that has private methods only can call them', async () => {
  class Doubler {
    #double(x: number): number {
      return x * 2;
    }
    apply(x: number): number {
      return this.#double(x);
    }
  }
  const doubler = new Doubler();
  expect(await worker.call((x: number) => doubler.apply(x), 2)).toBe(4);
});

test('a typed array of a class of the user travels', async () => {
  class Samples extends Float64Array {
    mean(): number {
      return this.reduce((a, b) => a + b, 0) / this.length;
    }
  }
  const samples = new Samples([1, 2, 6]);
  expect(await worker.call(() => samples.mean())).toBe(3);
});

test('arrow fields that read private fields travel with their object', async () => {
  class Meter {
    #readings = [1, 2];
    unit = 'kWh';
    total = () => `${this.#readings.reduce((a, b) => a + b)} ${this.unit}`;
    replaced = () => 'as written';
  }
  const meter = new Meter();
  meter.unit = 'MWh';
  meter.replaced = () => 'replaced';
  const result = await worker.call(() => [
    meter.total(),
    meter.replaced(),
    Object.keys(meter).sort(),
  ]);
  expect(result).toEqual(['3 MWh', 'replaced', ['replaced', 'total', 'unit']]);
});

test('private fields of the same name in base and derived class are told apart', async () => {
  class Base {
    #v = 'base';
    base(): string {
      return this.#v;
    }
  }
  class Derived extends Base {
    #v = 'derived';
    derived(): string {
      return this.#v;
    }
  }
  const object = new Derived();
  expect(await worker.call(() => [object.base(), object.derived()])).toEqual(['base', 'derived']);
});

test('constructors and initialisers do not run for captured instances', async () => {
  const log: string[] = [];
  class Noisy {
    #state = log.push('state');
    open = log.push('open');
    constructor() {
      log.push('constructor');
    }
    read(): [number, number, string[]] {
      return [this.#state, this.open, log];
    }
  }
  const noisy = new Noisy();
  expect(await worker.call(() => noisy.read())).toEqual([1, 2, ['state', 'open', 'constructor']]);
});

test('instances of classes that extend Array and Map travel', async () => {
  class Stack extends Array<number> {
    top(): number | undefined {
      return this[this.length - 1];
    }
  }
  class Counts extends Map<string, number> {
    #increments = 0;
    label = 'counts';
    increase(key: string): number[] {
      this.#increments++;
      this.set(key, (this.get(key) ?? 0) + 1);
      return [this.get(key)!, this.#increments];
    }
  }
  const [stack, counts] = [Stack.from([1, 2]) as Stack, new Counts([['a', 1]])];
  counts.increase('b');
  expect(await worker.call(() => [stack.top(), stack.length])).toEqual([2, 2]);
  expect(await worker.call(() => [...counts.increase('a'), counts.label, counts.size])).toEqual([
    2,
    2,
    'counts',
    2,
  ]);
});

test('an error class of the user travels', async () => {
  class AppError extends Error {
    constructor(
      message: string,
      readonly code: number,
    ) {
      super(message);
    }
  }
  const result = await worker.call(() => {
    const error = new AppError('no', 7);
    return [error.message, error.code, error instanceof Error];
  });
  expect(result).toEqual(['no', 7, true]);
});

test('a class that makes itself and checks its instances works', async () => {
  class Node {
    static of(v: number): Node {
      return new Node(v);
    }
    constructor(readonly v: number) {}
    isNode(o: unknown): boolean {
      return o instanceof Node;
    }
  }
  expect(await worker.call((v: number) => Node.of(v).isNode(new Node(1)), 1)).toBe(true);
});

test('an anonymous class assigned to a constant works', async () => {
  const Shape = class {
    static unit = () => new Shape(1);
    constructor(readonly size: number) {}
  };
  expect(await worker.call(() => [Shape.unit().size, Shape.name])).toEqual([1, 'Shape']);
});

test('computed member names travel, even if their variable is gone', async () => {
  const make = () => {
    const k = 'dyn';
    class Made {
      [k]() {
        return 7;
      }
      static [`${k}s`]() {
        return 8;
      }
      *[Symbol.iterator]() {
        yield 1;
      }
    }
    return Made as unknown as {
      new (): { dyn(): number; [Symbol.iterator](): Iterator<number> };
      dyns(): number;
    };
  };
  const Made = make();
  expect(await worker.call(() => [new Made().dyn(), Made.dyns()])).toEqual([7, 8]);
});

test('an iterable class travels', async () => {
  class Range {
    constructor(readonly n: number) {}
    *[Symbol.iterator]() {
      for (let i = 0; i < this.n; i++) yield i;
    }
  }
  const range = new Range(3);
  expect(await worker.call(() => [...range])).toEqual([0, 1, 2]);
});

test('methods added to or replaced in a class travel', async () => {
  class Plain {
    old(): string {
      return 'old';
    }
    kept(): string {
      return 'kept';
    }
  }
  Plain.prototype.old = () => 'new';
  Object.assign(Plain.prototype, { added: () => airport });
  const plain = new Plain() as Plain & { added(): string };
  expect(await worker.call(() => [plain.old(), plain.kept(), plain.added()])).toEqual([
    'new',
    'kept',
    'FRA',
  ]);
});

test('a class that extends null, and a mixin, travel', async () => {
  const Loud = <T extends new (...args: any[]) => { name: string }>(Base: T) =>
    class extends Base {
      shout(): string {
        return `${this.name.toUpperCase()}!`;
      }
    };
  const LoudDog = Loud(Dog);
  expect(await worker.call(() => new LoudDog('rex').shout())).toBe('REX!');
});
