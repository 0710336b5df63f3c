// The same cells with and without types: the answers must be the same. One evaluator a process, as in the shell:
// a test file each calls this.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Prompt } from './harness.js';

export function testCells(types: 'error' | 'off'): void {
  const prompt = new Prompt(types);
  beforeAll(async () => {
    if (types === 'error') await prompt.language.warmUp();
    await prompt.value('const a = sc.parallelize([1, 2, 3])');
  });
  afterAll(() => prompt.close());

  test('a result is there without an await', async () => {
    expect(await prompt.value('a.count()')).toBe(3);
    expect(await prompt.value('const n = a.count(); n + 1')).toBe(4);
    expect(await prompt.value('a.count() - a.filter(x => x > 1).count()')).toBe(1);
    expect(await prompt.value('a.take(2).map(x => x * 10)')).toEqual([10, 20]);
    expect(await prompt.value(`\`\${a.count()} rows\``)).toBe('3 rows');
    expect(await prompt.value('[a.count(), a.first()]')).toEqual([3, 1]);
    expect(await prompt.value('let s = 0; for (const v of a.collect()) { s += v } s')).toBe(6);
    expect(await prompt.value('print(a.count())')).toBe(3);
    expect(await prompt.value('await a.count()')).toBe(3);
    expect(await prompt.value('await Promise.all([a.count(), a.first()])')).toEqual([3, 1]);
    expect(await prompt.value('void a.count()')).toBeUndefined();
    expect(await prompt.value('const loose: any = a; const m = loose.count(); m + 1')).toBe(4);
  });

  test('the shell is told of the jobs a cell waits for', async () => {
    prompt.jobs.length = 0;
    await prompt.value('a.count() + a.first()');
    expect(prompt.jobs.map((job) => job.id)).toEqual([expect.any(Number), expect.any(Number)]);
    prompt.jobs.length = 0;
    await prompt.value('await a.count()');
    expect(prompt.jobs).toHaveLength(1);
  });

  test('a Job that was asked for stays one', async () => {
    await prompt.value('const j: import("tspark").Job<number> = a.count()');
    expect(await prompt.value('typeof j.then')).toBe('function');
    expect(await prompt.value('j + 1')).toBe(4);
    expect(await prompt.value('j')).toBe(3);
    expect(await prompt.value('await a.count().then(x => x + 1)')).toBe(4);
  });

  test('a promise of the user’s own is shown as it is', async () => {
    const outcome = await prompt.run('Promise.resolve(3)');
    expect(outcome.kind === 'value' && outcome.value).toBeInstanceOf(Promise);
    expect(await prompt.value('await Promise.resolve(3)')).toBe(3);
  });

  test('anything can be declared again as anything', async () => {
    for (const declaration of [
      'const d = 1',
      'let d = 2',
      'var d = 3',
      'function d() {}',
      'class d {}',
      'enum d { A }',
      'import d from "fs"',
    ]) {
      await prompt.value(declaration);
    }
    expect(await prompt.value('const d = 7; d')).toBe(7);
    await prompt.value('enum E { Red, Green }');
    await prompt.value('enum E { Blue }');
    expect(await prompt.value('Object.keys(E)')).toEqual(['0', 'Blue']);
  });

  test('a declaration may use the old value of its own name', async () => {
    await prompt.value('const r = sc.parallelize([1, 2])');
    await prompt.value('const r = r.map(x => x * 2)');
    expect(await prompt.value('r.collect()')).toEqual([2, 4]);
  });

  test('a new name needs no keyword', async () => {
    expect(await prompt.value('z = 1')).toBeUndefined();
    expect(await prompt.value('z + 1')).toBe(2);
  });

  test('values of every type come back as they are', async () => {
    expect(await prompt.value('1 + 1')).toBe(2);
    expect(await prompt.value('10n')).toBe(10n);
    expect(await prompt.value('-0')).toBe(-0);
    expect(await prompt.value('NaN')).toBeNaN();
    expect(await prompt.value('null')).toBeNull();
    expect(await prompt.value('undefined')).toBeUndefined();
    expect(await prompt.value('{ a: 1, b: [2] }')).toEqual({ a: 1, b: [2] });
    expect(typeof (await prompt.value('Symbol("s")'))).toBe('symbol');
    expect(await prompt.value('a')).toBe(await prompt.value('a'));
  });

  test('_ is the last value that is not undefined', async () => {
    await prompt.value('40 + 2');
    await prompt.value('undefined');
    await prompt.value('const other = 1');
    expect(await prompt.value('_')).toBe(42);
    expect(await prompt.value('.toFixed(1)')).toBe('42.0');
  });

  test('a line that begins with a dot goes on with a declaration above it', async () => {
    await prompt.value('const chain = a');
    await prompt.value('.filter((x: number) => x > 1)');
    await prompt.value('.count()');
    expect(await prompt.value('chain')).toBe(2);
  });

  test('a name of a global does not hide it for everybody else', async () => {
    expect(await prompt.value('const process = 5; process')).toBe(5);
    expect(await prompt.value('process + 1')).toBe(6);
    expect(globalThis.process.pid).toBeGreaterThan(0);
    expect(await prompt.value('class Map {}; new Map() instanceof globalThis.Map')).toBe(false);
  });

  test('a cell that fails leaves the names it declared again as they were', async () => {
    await prompt.value('const kept = 1; function keptToo() { return 2 }');
    await prompt.thrown(
      'const kept = 5; function keptToo() { return 6 }\nthrow new Error("after them")',
    );
    expect(await prompt.value('[kept, keptToo()]')).toEqual([1, 2]);
    await prompt.thrown('const kept = (() => { throw new Error("in it") })()');
    expect(await prompt.value('kept')).toBe(1);
  });

  test('a name whose cell failed can be declared later', async () => {
    await prompt.thrown('const late = (() => { throw new Error("no") })()');
    expect(await prompt.value('const late = 3; late')).toBe(3);
  });

  test('incomplete and wrong cells are not run', async () => {
    expect(await prompt.run('f(')).toEqual({ kind: 'incomplete' });
    expect(await prompt.run('foo(1 2')).toMatchObject({
      kind: 'rejected',
      diagnostics: [{ line: 1, column: 7, message: "',' expected." }],
    });
    await prompt.value('const fixed = 1');
    expect(await prompt.run('fixed = 2')).toMatchObject({ kind: 'rejected' });
    expect(await prompt.value('fixed')).toBe(1);
  });
}
