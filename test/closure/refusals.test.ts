import { EventEmitter } from 'node:events';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { captureClosure, captureValue } from '#dist/closure/capture.js';
import { DRIVER_ONLY } from '#dist/closure/payload.js';
import type { CallSite } from '#dist/errors.js';
import { ClosureError } from '#dist/errors.js';
import { ReviveWorker } from './in-worker.js';

const site: CallSite = { file: 'cell 4', line: 2, column: 7 };
const commonJs = createRequire(import.meta.url)('./fixtures/from-cjs.cjs') as {
  importNatively(url: string): Promise<{ functions: Record<string, Function> }>;
};

/** The message of the error that capturing throws. */
function messageOf(fn: Function): string {
  try {
    captureClosure(fn, { operation: 'map', site });
  } catch (error) {
    expect(error).toBeInstanceOf(ClosureError);
    return (error as ClosureError).message;
  }
  throw new Error('nothing was refused');
}

class FakeRdd {
  readonly [DRIVER_ONLY] = 'an RDD';
}
const airlines = new FakeRdd();
const sc = { [DRIVER_ONLY]: 'the SparkContext', version: '1' };

describe('objects of the driver', () => {
  test('an RDD inside a function is refused with SPARK-5063', () => {
    expect(messageOf(() => airlines)).toBe(
      '[CLOSURE-102] Cannot send `() => airlines` (cell 4, line 2) to a worker: it uses `airlines`, which is an RDD: an RDD can only be used on the driver, not inside a transformation (SPARK-5063). Use join, or collect its data first and broadcast them.',
    );
  });

  test('the SparkContext is refused, through whatever it is reached', () => {
    const tools = { deep: [{ sc }] };
    const helper = () => tools.deep;
    expect(messageOf(() => helper())).toBe(
      '[CLOSURE-102] Cannot send `() => helper()` (cell 4, line 2) to a worker: it uses `helper`, which uses `tools`, whose part `deep[0].sc` is the SparkContext: the SparkContext can only be used on the driver, not inside a transformation (SPARK-5063). Do what needs it before or after the operation, not inside the function.',
    );
  });
});

describe('what is open in the process', () => {
  const db = {
    socket: new Socket(),
    lookup(id: number): number {
      return id;
    },
  };

  test('a connection is refused with the field that holds it', () => {
    expect(messageOf((row: { id: number }) => db.lookup(row.id))).toBe(
      '[CLOSURE-101] Cannot send `(row) => db.lookup(row.id)` (cell 4, line 2) to a worker: it uses `db`, whose field `socket` is an open connection. Open it inside mapPartitions, or broadcast the plain data it holds.',
    );
  });

  test('the details name the operation, the place and the path', () => {
    let error: unknown;
    try {
      captureClosure(() => db.socket, { operation: 'filter', site });
    } catch (thrown) {
      error = thrown;
    }
    expect((error as ClosureError).details).toEqual({
      operation: 'filter',
      site,
      path: ['db', '.socket'],
    });
  });

  const server = createServer();
  const stream = Readable.from([1]);
  const timer = setTimeout(() => {}, 0);
  afterAll(() => clearTimeout(timer));
  test.each([
    ['a server', () => server, 'it uses `server`, which is a server.'],
    ['a stream', () => stream, 'it uses `stream`, which is a stream.'],
    ['a timer', () => timer, 'it uses `timer`, which is a timer.'],
  ] as const)('%s is refused', (_, fn, text) => {
    expect(messageOf(fn)).toContain(text);
  });

  test('an open file is refused', async () => {
    const file = await open(new URL(import.meta.url));
    expect(messageOf(() => file)).toMatch(/it uses `file`, .*(native|engine|built-in|Handle)/);
    await file.close();
  });
});

describe('state that only the engine knows', () => {
  const promise = Promise.resolve(1);
  const weakMap = new WeakMap();
  const weakSet = new WeakSet();
  const weakRef = new WeakRef({});
  const shared = new SharedArrayBuffer(8);
  const sharedView = new Uint8Array(shared);
  const iterator = [1, 2][Symbol.iterator]();
  const entries = new Map([[1, 2]]).entries();
  const generator = (function* () {
    yield 1;
  })();
  const proxy = new Proxy({}, {});
  const abort = new AbortController();
  const blob = new Blob(['x']);
  test.each([
    [
      () => promise,
      'it uses `promise`, which is a promise. Await it first, and use the value it gives.',
    ],
    [() => weakMap, 'it uses `weakMap`, which is a WeakMap, which cannot be listed. Use a Map.'],
    [() => weakSet, 'it uses `weakSet`, which is a WeakSet, which cannot be listed. Use a Set.'],
    [
      () => weakRef,
      'it uses `weakRef`, which is a WeakRef. Capture the object itself: `ref.deref()`.',
    ],
    [() => shared, 'it uses `shared`, which is a SharedArrayBuffer,'],
    [() => sharedView, 'it uses `sharedView`, whose buffer is a SharedArrayBuffer,'],
    [
      () => iterator,
      'it uses `iterator`, which is an iterator that has been started. Spread it into an array first.',
    ],
    [() => entries, 'it uses `entries`, which is an iterator that has been started.'],
    [() => generator, 'it uses `generator`, which is a generator that has been started.'],
    [
      () => proxy,
      'it uses `proxy`, which is a Proxy, whose handler cannot be copied. Capture the object behind it.',
    ],
    [
      () => abort,
      'it uses `abort`, which is an AbortController, a built-in object whose contents cannot be copied.',
    ],
    [
      () => blob,
      'it uses `blob`, which is a Blob, a built-in object whose contents cannot be copied.',
    ],
  ])('%s is refused', (fn, text) => {
    expect(messageOf(fn)).toContain(text);
  });

  test('an instance that hides such state shows the way to it', () => {
    class Cache {
      #entries = new WeakMap<object, number>();
      get(key: object): number | undefined {
        return this.#entries.get(key);
      }
    }
    const cache = new Cache();
    expect(messageOf(() => cache.get({}))).toContain(
      'it uses `cache`, whose field `#entries` is a WeakMap,',
    );
  });

  test('a map shows the key, an element its index, a this its name', () => {
    const clients = new Map([['main', [promise]]]);
    expect(messageOf(() => clients)).toContain(
      'it uses `clients`, whose part `get("main")[0]` is a promise.',
    );
    class Service {
      client = promise;
      make() {
        return () => this.client;
      }
    }
    expect(messageOf(new Service().make())).toContain(
      'it uses `this`, whose field `client` is a promise.',
    );
  });
});

describe('text that depends on its place', () => {
  const hidden = 4;
  test.each([
    [
      // biome-ignore lint/security/noGlobalEval: it is what the test is about
      () => eval('hidden') as unknown,
      'it calls `eval`, whose text may name any variable around it. Use `(0, eval)(text)` or `new Function`, and pass what the text needs as arguments.',
    ],
    [
      (function () {
        // biome-ignore lint/complexity/noArguments: it is what the test is about
        return () => arguments[0] as unknown;
      })(),
      'it uses the `arguments` of the function around it. Take them into a variable first: `const args = [...arguments]`.',
    ],
  ])('%s is refused', (fn, text) => {
    expect(messageOf(fn)).toContain(text);
    expect(hidden).toBe(4);
  });

  test('a private name outside of its class is refused', () => {
    class Secret {
      #value = 1;
      make() {
        return () => this.#value;
      }
    }
    expect(messageOf(new Secret().make())).toContain(
      'it uses the private name `#value` of the class around it. Read the private field into a variable first, or call a public method of the object.',
    );
  });

  test('a computed name whose variable is gone is refused where the key cannot be read', () => {
    const make = new Function("const key = 'size'; return class Box { [key] = 1 }");
    const Box = make() as new () => object;
    expect(messageOf(() => new Box())).toContain(
      'it uses `Box`, which has a member whose computed name needs `key`, which is gone. Name the member directly, or use the variable in a method too.',
    );
  });

  test('super outside of its object is refused', () => {
    class Base {
      hi(): number {
        return 1;
      }
    }
    class Derived extends Base {
      override hi(): number {
        return super.hi();
      }
    }
    expect(messageOf(Derived.prototype.hi)).toContain(
      'it uses `super`, which belongs to the object or class around it. Send the object or the class as a whole, and call the method inside.',
    );
  });

  test('import.meta is refused', async () => {
    const { functions } = await commonJs.importNatively(
      new URL('./fixtures/from-esm.mjs', import.meta.url).href,
    );
    expect(messageOf(functions.importMeta!)).toBe(
      '[CLOSURE-103] Cannot send `() => import.meta.url` (cell 4, line 2) to a worker: it uses `import.meta`, which exists only in its own module. Take what it needs into a variable before, such as `const url = import.meta.url`, and use that.',
    );
  });
});

describe('other refusals', () => {
  test('something that is no function is named', () => {
    expect(() =>
      captureClosure({ a: 1 } as unknown as Function, { operation: 'filter', site }),
    ).toThrow(
      '[CLOSURE-104] filter() needs a function, but got { a: 1 }. Give it a function, such as x => x.',
    );
  });

  test('a value that cannot be broadcast is explained in the same way', () => {
    expect(() =>
      captureValue({ jobs: [Promise.resolve()] }, { operation: 'broadcast', site }),
    ).toThrow(
      '[CLOSURE-101] Cannot broadcast the value (cell 4, line 2): its part `jobs[0]` is a promise. Await it first, and use the value it gives.',
    );
  });

  test('a long function is shortened in the message', () => {
    const fn = new Function('x', `return eval(x) ${'+ 1'.repeat(60)}`);
    expect(messageOf(fn)).toMatch(/Cannot send `.{79}…` \(cell 4, line 2\)/);
  });

  test('an ordinary EventEmitter travels, since it is its properties', async () => {
    const worker = new ReviveWorker();
    const emitter = new EventEmitter();
    emitter.on('x', () => 1);
    expect(await worker.call(() => emitter.listenerCount('x'))).toBe(1);
    await worker.stop();
  });
});
