import { type Runtime, Session } from 'node:inspector';
import * as vm from 'node:vm';
import { afterAll, describe, expect, test } from 'vitest';
import { markGlobalBaseline } from '#dist/closure/capture.js';
import { ReviveWorker } from './in-worker.js';

const worker = new ReviveWorker();
afterAll(() => worker.stop());

const session = new Session();
session.connect();
afterAll(() => session.disconnect());

function evaluate(expression: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const params: Runtime.EvaluateParameterType & { replMode: true } = {
      expression,
      replMode: true,
    };
    session.post('Runtime.evaluate', params, (error, answer: Runtime.EvaluateReturnType) => {
      if (error) reject(error);
      else if (answer.exceptionDetails) reject(new Error(answer.exceptionDetails.text));
      else resolve();
    });
  });
}

/** Runs a cell as the prompt does, and gives back the value of the expression after it. */
async function runCell(code: string, expression: string): Promise<unknown> {
  await evaluate(code);
  await evaluate(`globalThis.cellResult = (${expression})`);
  const holder = globalThis as { cellResult?: unknown };
  const result = holder.cellResult;
  delete holder.cellResult;
  return result;
}

describe('at the prompt', () => {
  test('constants, lets and classes of earlier cells travel', async () => {
    await runCell('const home = "FRA"; let seen = 2; class Hub { name() { return home } }', '0');
    const fn = (await runCell('', '(x) => [x + seen, new Hub().name()]')) as Function;
    expect(await worker.call(fn, 1)).toEqual([3, 'FRA']);
  });

  test('a redeclared name gives its new value', async () => {
    await runCell('const place = "old"', '0');
    const fn = (await runCell('const place = "new"', '() => place')) as Function;
    expect(await worker.call(fn)).toBe('new');
  });

  test('functions and vars of the top level travel although they are properties of globalThis', async () => {
    const fn = (await runCell(
      'var step = 3; function helper(x) { return x + step }',
      '(x) => helper(x)',
    )) as Function;
    expect(await worker.call(fn, 1)).toBe(4);
  });

  test('functions that share a top-level let or var go on sharing it', async () => {
    await runCell(
      'let sum = 0; var calls = 0; function add(x) { sum += x; calls++ } const read = () => [sum, calls]',
      '0',
    );
    const fn = (await runCell('', '() => { add(2); add(3); return read() }')) as Function;
    expect(await worker.call(fn)).toEqual([5, 2]);
  });

  test('capturing inside a running cell disturbs neither the cell nor what it waits for', async () => {
    const holder = globalThis as { sendInside?: (fn: Function) => Promise<unknown> };
    holder.sendInside = (fn) => worker.call(fn);
    markGlobalBaseline();
    const result = await runCell(
      `class Scaler { k = 4; make() { return (x = 1) => this.k * 2 } }
       let turns = 0; const turn = () => ++turns; const look = () => turns;
       const first = sendInside(new Scaler().make()); const second = sendInside(() => [turn(), look()]);
       const after = 'reached'`,
      'Promise.all([first, second, after])',
    );
    expect(await result).toEqual([8, [1, 1], 'reached']);
    delete holder.sendInside;
  });

  test('after an await captures still work', async () => {
    const fn = (await runCell(
      'const make = async () => { const k = await 7; return () => k }',
      'make()',
    )) as Function;
    expect(await worker.call(fn)).toBe(7);
  });
});

describe('in a script', () => {
  test('top-level const and let of vm scripts travel', async () => {
    const fn = new vm.Script(
      'const scriptConst = 5; (x) => x * scriptConst',
    ).runInThisContext() as Function;
    expect(await worker.call(fn, 2)).toBe(10);
  });

  test('objects of another vm context travel as ordinary ones', async () => {
    const foreign = vm.runInNewContext(
      '({ list: [1, { a: 2 }], map: new Map([[1, 2]]), when: new Date(3) })',
    ) as {
      list: [number, { a: number }];
      map: Map<number, number>;
      when: Date;
    };
    const result = await worker.call(() => [
      Object.getPrototypeOf(foreign.list) === Array.prototype,
      foreign.list[1].a,
      foreign.map.get(1),
      foreign.when.getTime(),
    ]);
    expect(result).toEqual([true, 2, 2, 3]);
  });
});

describe('globals', () => {
  test('what was there at the baseline does not travel', async () => {
    (globalThis as { fromBefore?: number }).fromBefore = 1;
    markGlobalBaseline();
    const fn = new Function('return typeof fromBefore');
    expect(await worker.call(fn)).toBe('undefined');
    delete (globalThis as { fromBefore?: number }).fromBefore;
  });

  test('a built-in that the user replaced travels', async () => {
    const original = globalThis.structuredClone;
    globalThis.structuredClone = (() => 'mine') as typeof structuredClone;
    const result = await worker.call(() => structuredClone(1));
    globalThis.structuredClone = original;
    expect(result).toBe('mine');
  });

  test('globals that every thread has are used there', async () => {
    const result = await worker.call(() => [
      typeof process.pid,
      typeof fetch,
      Math.max(1, 2),
      typeof globalThis,
    ]);
    expect(result).toEqual(['number', 'function', 2, 'object']);
  });
});
