import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '#dist/shell/commands/command.js';
import { makeCompleter, makeSignatureAsker } from '#dist/shell/complete/completer.js';
import type { CompletionItem } from '#dist/shell/language/protocol.js';

const command = (name: string, usage: string): Command => ({
  name,
  usage,
  summary: `does ${name}`,
  run: () => {},
});
const COMMANDS: readonly Command[] = [
  command('plan', '<rdd>'),
  command('load', '<file>'),
  command('mode', 'table|json'),
  command('set', 'types off|warn'),
  command('bench', '[runs] <expression>'),
  command('jobs', ''),
  { ...command('cancel', '<job>'), words: () => ['12', '13'] },
];
const ITEMS: readonly CompletionItem[] = [
  { name: 'near', kind: 'method', rank: 'near' },
  { name: 'nebula', kind: 'var', rank: 'global' },
  { name: 'then', kind: 'method', rank: 'job' },
];

const asked: [string, number][] = [];
const language = {
  isWarm: true,
  whenWarm: Promise.resolve(),
  /** Offers the same for every word. */
  complete: async (text: string, position: number) => {
    asked.push([text, position]);
    const start = position - /\w*$/.exec(text.slice(0, position))![0].length;
    return { items: ITEMS, start, isMember: text[start - 1] === '.' };
  },
  completionDetail: async (_text: string, _position: number, name: string) => ({
    signature: `${name}()`,
    summary: '',
  }),
  signatureHelp: async (text: string, position: number) => {
    asked.push([text, position]);
    return null;
  },
};
const complete = makeCompleter({ commands: COMMANDS, language });

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tspark-paths-'));
  for (const file of ['air.csv', 'air lines.txt', "it's.ts", '.hidden', 'mod.ts'])
    fs.writeFileSync(path.join(folder, file), 'x'.repeat(2048));
  fs.mkdirSync(path.join(folder, 'airports'));
  fs.symlinkSync(path.join(folder, 'airports'), path.join(folder, 'link'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function inserts(text: string, cursor = text.length): Promise<[number, string[]] | null> {
  const found = await complete(text, cursor);
  return found && [found.start, found.candidates.map(({ insert }) => insert)];
}

describe('completion of commands', () => {
  it.each([
    ['.', 1, ['plan', 'load', 'mode', 'set', 'bench', 'jobs', 'cancel', 'near', 'nebula', 'then']],
    ['.pl', 1, ['plan', 'near', 'nebula', 'then']],
    ['.mode ', 6, ['table', 'json']],
    ['.mode j', 6, ['json']],
    ['.mode json ', 11, []],
    ['.set ', 5, ['types']],
    ['.set types w', 11, ['warn']],
    ['.set other ', 11, []],
    ['.jobs ', 6, []],
    ['.cancel 1', 8, ['12', '13']],
  ])('%j', async (text, start, names) => {
    expect(await inserts(text)).toEqual([start, names]);
  });

  it('describes a command by its usage and summary', async () => {
    const found = await complete('.pl', 3);
    expect(await found!.candidates[0]!.describe!()).toEqual({
      signature: '.plan <rdd>',
      summary: 'does plan',
    });
  });

  it.each([
    ['.plan air.ma', 12, 'air.ma', 6, 10],
    ['.bench 5 air.ma', 15, 'air.ma', 6, 13],
    ['.bench air.ma', 13, 'air.ma', 6, 11],
    ['air.ma', 6, 'air.ma', 6, 4],
  ])('completes the code in %j', async (text, cursor, code, position, start) => {
    asked.length = 0;
    expect((await inserts(text, cursor))![0]).toBe(start);
    expect(asked).toEqual([[code, position]]);
    await makeSignatureAsker({ commands: COMMANDS, language })(text, cursor);
    expect(asked[1]).toEqual([code, position]);
  });
});

describe('completion of names', () => {
  it('lists globals only once a letter is typed', async () => {
    expect(await inserts('f(')).toEqual([2, ['near']]);
    expect(await inserts('f(n')).toEqual([2, ['near', 'nebula', 'then']]);
    expect(await inserts('x.')).toEqual([2, ['near', 'nebula', 'then']]);
  });

  it('asks for a signature once the checker is there', async () => {
    asked.length = 0;
    let warm = () => {};
    const whenWarm = new Promise<void>((resolve) => {
      warm = resolve;
    });
    const cold = { ...language, isWarm: false, whenWarm };
    const help = makeSignatureAsker({ commands: COMMANDS, language: cold })('f(', 2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([]);
    warm();
    await help;
    expect(asked).toEqual([['f(', 2]]);
  });
});

describe('completion of files', () => {
  it('lists folders first, without what is hidden', async () => {
    expect((await inserts(`sc.textFile('${folder}/`))![1]).toEqual([
      'airports/',
      'link/',
      'air lines.txt',
      'air.csv',
      "it\\'s.ts",
      'mod.ts',
    ]);
    expect((await inserts(`sc.textFile('${folder}/.h`))![1]).toEqual(['.hidden']);
  });

  it.each([
    ["sc.textFile('", ['airports/', 'air lines.txt', 'air.csv']],
    ['sc.textFile("', ['airports/', 'air lines.txt', 'air.csv']],
    ["rdd.saveAsTextFile('", ['airports/', 'air lines.txt', 'air.csv']],
    ["fs.readFileSync('", ['airports/', 'air lines.txt', 'air.csv']],
    ["sc.textFile('file://", ['airports/', 'air lines.txt', 'air.csv']],
    ["sc.textFile('a.csv,", ['airports/', 'air lines.txt', 'air.csv']],
    ['.load ', ['airports/', 'air lines.txt', 'air.csv']],
    [".load '", ['airports/', 'air lines.txt', 'air.csv']],
    ["import x from '", ['airports/']],
    ["await import('", ['airports/']],
  ])('completes the path after %j', async (before, names) => {
    const text = `${before}${folder}/air`;
    expect(await inserts(text)).toEqual([text.length - 3, names]);
  });

  it.each(["x.includes('", "sc.textFile('a', '", "sc.textFile('a') + '", '"'])(
    'leaves the string after %j to the language',
    async (before) => {
      expect((await inserts(`${before}n`))![1]).toEqual(['near', 'nebula', 'then']);
    },
  );

  it('tells the size, and nothing of a folder that is not there', async () => {
    const found = await complete(
      `sc.textFile('${folder}/air.`,
      `sc.textFile('${folder}/air.`.length,
    );
    expect(await found!.candidates[0]!.describe!()).toEqual({
      signature: path.join(folder, 'air.csv'),
      summary: '2.0 KB',
    });
    expect((await inserts("sc.textFile('/no/such/folder/a"))![1]).toEqual([]);
  });
});
