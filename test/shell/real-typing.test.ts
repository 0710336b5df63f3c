// Typing at the real program in a real pseudo-terminal: menu, signature, other sizes, pastes, and terminals that can less.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HAS_PTY, PseudoTerminal, type TerminalSetting } from './pseudo-terminal.js';

const UP = '\x1b[A';
const DOWN = '\x1b[B';
const ESC = '\x1b';
const CTRL_U = '\x15';

let terminal: PseudoTerminal;

afterEach(async () => {
  await terminal?.close();
});

if (!HAS_PTY)
  console.warn(
    "Typing is not tried in a real terminal: there is no python3 with its 'pty' module.",
  );

/** A prompt without a banner. */
async function open(setting: Partial<TerminalSetting> = {}, ...args: string[]): Promise<void> {
  terminal = new PseudoTerminal(['--master', 'local[2]', '--quiet', ...args], {
    columns: 80,
    rows: 24,
    ...setting,
  });
  await terminal.until((transcript) => transcript.endsWith('>>>'));
}

const rows = (): string[] => terminal.screen.text.split('\n');

describe.skipIf(!HAS_PTY)('typing in a real terminal', () => {
  it('offers a menu, lets one choose, and wraps it anew in another size', {
    timeout: 120_000,
  }, async () => {
    await open();
    await terminal.run('const words = sc.parallelize(["a b", "c"])');
    terminal.type('words.flatMap(w => w.rep\t');
    await terminal.until((transcript) => /1\/3 .*repeat\(count: number\)/.test(transcript));
    expect(rows().slice(1, 5)).toEqual([
      '>>> words.flatMap(w => w.rep',
      expect.stringMatching(/^> repeat +method$/),
      expect.stringMatching(/^ {2}replace +method$/),
      expect.stringMatching(/^ {2}replaceAll +method$/),
    ]);
    terminal.type(DOWN);
    await terminal.until((transcript) => transcript.includes('2/3 '));
    terminal.resize(50, 12);
    await terminal.until(
      () => rows().every((row) => row.length <= 50) && rows().join().includes('2/3'),
    );
    expect(rows().filter((row) => row.startsWith('>>> words.flatMap'))).toHaveLength(1);
    terminal.type('\r');
    await terminal.until(() => rows().some((row) => row === '>>> words.flatMap(w => w.replace'));
    terminal.type(`("a", "x").split(" ")).collect()\r`);
    await terminal.until(() => rows().at(-1) === '>>>');
    expect(rows().at(-2)).toBe("[ 'x', 'b', 'c' ]");
  });

  it('tells the signature of the call that is typed, and leaves nothing of it behind', {
    timeout: 120_000,
  }, async () => {
    await open();
    terminal.type('sc.range(');
    await terminal.until((transcript) => transcript.includes('«start: number»'));
    terminal.type('1, ');
    await terminal.until((transcript) => /«end\?: [^»]*»/.test(transcript));
    terminal.type(CTRL_U);
    await terminal.until((transcript) => transcript === '>>>');
    await terminal.run('1 + 1');
    expect(rows()).toEqual(['>>> 1 + 1', '2', '>>>']);
  });

  it('shows the progress of a long job on one line in any size, and nothing of it afterwards', {
    timeout: 120_000,
  }, async () => {
    await open({ columns: 100 });
    // Tasks end when the test says so, however slow the machine is.
    const gate = path.join(terminal.home, 'gate');
    const endTwo = () => fs.writeFileSync(`${gate}0`, '');
    const endAll = () => fs.writeFileSync(`${gate}1`, '');
    await terminal.run("import { existsSync } from 'node:fs'");
    terminal.type(
      `sc.range(0, 4, 1, 4).map(n => { while (!existsSync("${gate}" + Math.floor(n / 2))); return n }).count()\r`,
    );
    await terminal.until((transcript) => / 0\/4 tasks · /.test(transcript));
    terminal.resize(60, 20);
    endTwo();
    await terminal.until((transcript) => / 2\/4 tasks · /.test(transcript));
    expect(rows().filter((row) => row.includes('/4 tasks'))).toHaveLength(1);
    endAll();
    await terminal.until((transcript) => transcript.endsWith('\n4\n>>>'));
    expect(terminal.screen.transcript).not.toContain('tasks');
  });

  it('takes a pasted block for one cell, and recalls it as one', { timeout: 120_000 }, async () => {
    await open();
    await terminal.run('\x1b[200~const a = [1,\r  2]\rconst b = a.length\r\x1b[201~');
    await terminal.run('a.length + b');
    expect(rows()).toEqual([
      '>>> const a = [1,',
      '...   2]',
      '... const b = a.length',
      '>>> a.length + b',
      '4',
      '>>>',
    ]);
    terminal.type(UP + UP);
    await terminal.until(() => rows().slice(-3).join('|').startsWith('>>> const a = [1,|...   2]'));
    terminal.type(`${ESC}${CTRL_U}`);
  });

  it('starts with a history that cannot be read, and leaves it as it is', {
    timeout: 120_000,
  }, async () => {
    const isRoot = process.getuid?.() === 0;
    // The superuser can read every file, but no folder as one.
    const prepareHome = (home: string) => {
      const file = path.join(home, '.tspark_history');
      if (isRoot) fs.mkdirSync(file);
      else fs.writeFileSync(file, '1 + 1\n', { mode: 0o000 });
    };
    await open({ prepareHome });
    expect(terminal.screen.text).toMatch(/history[\s\S]*session/);
    await terminal.run('2 + 3');
    terminal.type(UP);
    await terminal.until(() => rows().at(-1) === '>>> 2 + 3');
    const { mode } = fs.statSync(path.join(terminal.home, '.tspark_history'));
    expect(isRoot || (mode & 0o777) === 0).toBe(true);
  });

  it.each([
    ['--plain', {}, ['--plain']],
    ['TERM=dumb', { TERM: 'dumb', NO_COLOR: undefined }, []],
  ] as const)('writes no escapes with %s', { timeout: 120_000 }, async (_, env, args) => {
    await open({ env }, ...args);
    terminal.type('sc.parallelize([1, 2]).map(n => n + 1).collect()\r');
    await terminal.until((transcript) => transcript.endsWith('[ 2, 3 ]\n>>>'));
    terminal.type('null.x\r');
    await terminal.until((transcript) => /Object is possibly|value 'null'/.test(transcript));
    await terminal.until((transcript) => transcript.endsWith('\n>>>'));
    expect(terminal.screen.raw).not.toContain('\x1b');
    terminal.type('.exit\r');
    expect(await terminal.exitStatus).toBe(0);
  });

  it('colours what is typed, but not with NO_COLOR', { timeout: 120_000 }, async () => {
    const SGR = /\x1b\[[0-9;]*m/;
    await open();
    await terminal.run('"text"');
    expect(terminal.screen.raw).not.toMatch(SGR);
    await terminal.close();
    await open({ env: { NO_COLOR: undefined, COLORTERM: undefined } });
    await terminal.run('"text"');
    expect(terminal.screen.raw).toMatch(SGR);
  });
});
