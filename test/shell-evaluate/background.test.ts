import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Prompt } from './harness.js';

describe('an expression in the background', () => {
  const prompt = new Prompt('error');
  const scopes = new AsyncLocalStorage<string>();

  beforeAll(() => prompt.language.warmUp());
  afterAll(() => prompt.close());

  function start(text: string, name: string | null) {
    return prompt.evaluator.start(text, {
      shownText: text,
      nameOf: () => name,
      within: (begin) => scopes.run('background', begin),
    });
  }

  it('lets other cells run meanwhile, and then has a name and a type', async () => {
    await prompt.run(
      'var go: () => void; const gate = new Promise<void>((resolve) => { go = resolve })',
    );
    await prompt.run('1 + 1');
    const run = await start('await gate.then(() => 41)', 'waited');
    expect(await prompt.value('40 + 2')).toBe(42);
    expect(await prompt.run('waited')).toMatchObject({ kind: 'rejected' });
    await prompt.run('go()');
    expect(await run.outcome).toMatchObject({ kind: 'value', value: 41 });
    expect(await prompt.value('waited + 1')).toBe(42);
    expect(await prompt.language.typeOf('waited')).toBe('number');
  });

  it('waits for jobs as a cell does, and leaves the last value alone', async () => {
    expect(await prompt.value("'before'")).toBe('before');
    const run = await start('sc.parallelize([1, 2, 3]).count() + 1', '$5');
    expect(await run.outcome).toMatchObject({ kind: 'value', value: 4 });
    expect(await prompt.value('_')).toBe('before');
    expect(await prompt.value('$5')).toBe(4);
  });

  it('belongs to its scope after each wait, where other cells do not', async () => {
    (globalThis as Record<string, unknown>).scopeOfTest = () => scopes.getStore() ?? null;
    await prompt.run('declare function scopeOfTest(): string | null;');
    const text =
      '[scopeOfTest(), sc.parallelize([1]).count(), scopeOfTest(), sc.parallelize([1]).count(), scopeOfTest()]';
    const run = await start(text, '$6');
    expect(await prompt.value('[sc.parallelize([1]).count(), scopeOfTest()]')).toEqual([1, null]);
    expect(await run.outcome).toMatchObject({
      value: ['background', 1, 'background', 1, 'background'],
    });
  });

  it('is refused where it is no whole expression, and can be given up', async () => {
    for (const text of ['const x = 1', 'f(', 'if (true) 1', '// nothing']) {
      const refused = await start(text, null);
      expect(await refused.outcome).toEqual({ kind: 'incomplete' });
    }
    const endless = await start('new Promise(() => {})', null);
    endless.abandon();
    expect(await endless.outcome).toEqual({ kind: 'interrupted', reason: 'interrupt' });
  });

  it('keeps the last error', async () => {
    const run = await start("sc.parallelize([1, 2]).reduce(() => { throw new Error('no') })", null);
    expect(await run.outcome).toMatchObject({ kind: 'threw' });
    expect(await prompt.value('_error.message')).toBe('no');
  });
});
