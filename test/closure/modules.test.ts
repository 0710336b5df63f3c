import * as childProcess from 'node:child_process';
import fs, { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import Table from 'cli-table3';
import { afterAll, describe, expect, test } from 'vitest';
import { captureClosure } from '#dist/closure/capture.js';
import { registerOwnValue } from '#dist/closure/own-values.js';
import { reviveClosure } from '#dist/closure/revive.js';
import { ReviveWorker } from './in-worker.js';

interface Fixture {
  readonly functions: Record<string, Function>;
}
interface CommonJsFixture extends Fixture {
  importNatively(url: string): Promise<Fixture>;
}

const require = createRequire(import.meta.url);
const commonJs = require('./fixtures/from-cjs.cjs') as CommonJsFixture;
const esModule = await commonJs.importNatively(
  new URL('./fixtures/from-esm.mjs', import.meta.url).href,
);
const worker = new ReviveWorker();
afterAll(() => worker.stop());

describe('from an ES module', () => {
  test.each([
    ['moduleConstant', [2], true],
    ['builtinNamespace', [], 'function'],
    ['builtinNamed', [], 'a/b'],
    ['packageDefault', [], 'function'],
    ['packageNamespace', [], true],
    ['packageNamed', [], 'Program'],
    ['commonJsDefault', [], 'x'],
    ['ownNamed', [2], 23],
    ['ownNamespace', [2], 20],
    ['dynamicImport', [], 20],
    ['dynamicPackage', [], 'function'],
    ['topLevelThis', [], true],
    ['strictness', [], 'strict'],
    ['sharedTotal', [], 2],
  ] as const)('%s travels', async (name, args, expected) => {
    expect(await worker.call(esModule.functions[name]!, ...args)).toBe(expected);
  });

  test('packages travel by reference, not by content', () => {
    const payload = captureClosure(esModule.functions.packageDefault!, {
      operation: 'map',
      site: null,
    });
    expect(payload.modules).toHaveLength(1);
    expect(payload.modules[0]).toMatch(/^file:.*node_modules\/chalk\/.*\.js$/);
    expect(payload.bytes.length).toBeLessThan(600);
  });
});

describe('from a CommonJS module', () => {
  test.each([
    ['moduleConstant', [2], true],
    ['builtin', [], 'functiona/b'],
    ['nestedBuiltin', [], 'function'],
    ['packageWhole', [], 'x'],
    ['importStar', [], 'functionfunction'],
    ['importDefault', [], 'y'],
    ['ownExports', [2], 300],
    ['ownRequire', [], 100],
    ['fileName', [], true],
    ['sloppyThis', [], true],
  ] as const)('%s travels', async (name, args, expected) => {
    expect(await worker.call(commonJs.functions[name]!, ...args)).toBe(expected);
  });

  test('a script that is still running takes along only the exports it uses', async () => {
    const holder = globalThis as { send?: (fn: Function) => Promise<unknown> };
    holder.send = (fn) => worker.call(fn);
    const script = require('./fixtures/running-script.cjs') as { result: Promise<unknown> };
    expect(await script.result).toBe(6);
    delete holder.send;
  });

  test('the copy that __importStar makes is recognised as the module', () => {
    const payload = captureClosure(commonJs.functions.importStar!, {
      operation: 'map',
      site: null,
    });
    expect(payload.modules).toEqual(['node:fs']);
    expect(payload.bytes.length).toBeLessThan(600);
  });
});

describe('from a module under vitest', () => {
  test('imported modules travel although the runner wraps them', async () => {
    expect(await worker.call(() => typeof fs.readFileSync + typeof readFileSync)).toBe(
      'functionfunction',
    );
    expect(await worker.call(() => path.join('a', 'b') + typeof childProcess.spawn)).toBe(
      'a/bfunction',
    );
    expect(await worker.call(() => new Table({ head: ['x'] }).options.head[0])).toBe('x');
  });
});

describe('modules that were not loaded beforehand', () => {
  const context = { module: () => undefined, resolveHandle: () => undefined };
  const revive = (fn: Function) =>
    reviveClosure(captureClosure(fn, { operation: 'map', site: null }), context) as () => unknown;

  test('builtin, CommonJS and ES modules are loaded when they are needed', () => {
    expect(revive(commonJs.functions.builtin!)()).toBe('functiona/b');
    expect(revive(commonJs.functions.packageWhole!)()).toBe('x');
    expect(revive(esModule.functions.packageDefault!)()).toBe('function');
    expect(revive(esModule.functions.builtinNamespace!)()).toBe('function');
    expect(revive(esModule.functions.packageNamespace!)()).toBe(true);
  });
});

describe('values of the library', () => {
  test('they travel by name, so that the worker uses its own', async () => {
    const tool = { where: 'driver' };
    registerOwnValue('test.tool', tool);
    // The worker has not registered it: the name is what travelled.
    await expect(worker.call(() => tool.where)).rejects.toThrow(
      'workers do not know the value test.tool',
    );
  });
});

test('a module that only the driver can load is reported by the worker', async () => {
  const lost = { find: () => 1 };
  const file = require.resolve('./fixtures/helpers.cjs').replace('helpers', 'node_modules/lost');
  require.cache[file] = { exports: lost, loaded: true, filename: file, id: file } as NodeJS.Module;
  await expect(worker.call(() => lost.find())).rejects.toThrow(
    /CLOSURE-501.*cannot load the module file:.*lost\.cjs/,
  );
  delete require.cache[file];
});
