import { afterAll, describe, expect, it } from 'vitest';
import { Cells } from './harness.js';

const session = new Cells('error');
let savedBefore = '';

afterAll(() => session.close());

/** What the cells add to the program of the session. */
async function saved(...cells: (string | [text: string, name: string | null])[]): Promise<string> {
  for (const cell of cells) {
    const [text, name] = typeof cell === 'string' ? [cell, '_'] : cell;
    const analysis = await session.analyse(text);
    if (analysis.state !== 'ok') throw new Error(`${text}: ${JSON.stringify(analysis)}`);
    await session.client.commit(analysis.id, name);
  }
  const { body } = await session.client.savedProgram();
  if (!body.startsWith(savedBefore)) throw new Error(`Earlier cells changed: ${body}`);
  const added = body.slice(savedBefore.length);
  savedBefore = body;
  return added.trim().replace(/\bvalue\d+\b/g, 'valueN');
}

describe('the program of a session', () => {
  it('writes the awaits out, and prints what the prompt showed', async () => {
    expect(
      await saved(
        'const nums = sc.parallelize([3, 1, 2])',
        'nums',
        'nums.count() + 1',
        'nums.take(2).length',
        'const n = nums.count()',
      ),
    ).toBe(
      [
        'const nums = sc.parallelize([3, 1, 2])',
        'console.log(await nums.count() + 1)',
        'console.log((await nums.take(2)).length)',
        'const n = await nums.count()',
      ].join('\n'),
    );
  });

  it('makes functions that wait async, with their types', async () => {
    expect(
      await saved(
        'const size = (n: number): number => sc.parallelize([n]).count() + n',
        'size(2) + size(3)',
      ),
    ).toBe(
      [
        'const size = async (n: number): Promise<number> => await sc.parallelize([n]).count() + n',
        'console.log(await size(2) + await size(3))',
      ].join('\n'),
    );
  });

  it('numbers the earlier values of a name that is declared again', async () => {
    expect(
      await saved('const a = 1', 'const o = { a }', 'const a = a + 1', 'let a = a * 2', 'o.a + a'),
    ).toBe(
      [
        'const a_1 = 1',
        'const o = { a: a_1 }',
        'const a_2 = a_1 + 1',
        'let a = a_2 * 2',
        'console.log(o.a + a)',
      ].join('\n'),
    );
  });

  it('names the last value where a later cell calls it _, and declares x = 1', async () => {
    expect(await saved('1 + 1', 'x = _ + 1', '_ * x')).toBe(
      'const valueN = 1 + 1;\nconsole.log(valueN)\nlet x = valueN + 1\nconsole.log(valueN * x)',
    );
  });

  it('gives what ran in the background its name', async () => {
    expect(
      await saved(['sc.parallelize([1]).count()', 'm'], ['sc.parallelize([2]).count()', '$4'], 'm'),
    ).toBe(
      'const m = await sc.parallelize([1]).count()\nconst $4 = await sc.parallelize([2]).count()\nconsole.log(m)',
    );
  });

  it("tells which of the prompt's names are used, and which are declared", async () => {
    await saved('const f = (lines: number) => lines', 'f(1)');
    const { used, declared } = await session.client.savedProgram();
    expect(used).toEqual(['sc']);
    expect(declared).toContain('f');
    expect(declared).not.toContain('lines');
  });

  it('is plain JavaScript where that is wanted', async () => {
    expect(await session.client.asJavaScript('const n: number = await f();\n')).toBe(
      'const n = await f();\n',
    );
  });
});
