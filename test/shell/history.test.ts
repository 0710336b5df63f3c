import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { History } from '#dist/shell/editor/history.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tspark-history-'));
  file = path.join(folder, 'history');
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

describe('History', () => {
  it('keeps whole cells across sessions, readable by their owner only', () => {
    const first = new History(file);
    first.add('const re = /a\\n/;');
    first.add('f(\n  1,\n)\n');
    expect(new History(file).entries).toEqual(['const re = /a\\n/;', 'f(\n  1,\n)']);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(['history']);
  });

  it('leaves out repetitions, blanks and what begins with a space', () => {
    const history = new History(null);
    for (const cell of ['a', 'a', '  ', ' secret()', 'b', 'a']) history.add(cell);
    expect(history.entries).toEqual(['a', 'b', 'a']);
  });

  it('keeps what another shell added meanwhile', () => {
    const one = new History(file);
    const two = new History(file);
    one.add('one');
    two.add('two');
    expect(new History(file).entries).toEqual(['one', 'two']);
  });

  it('writes down no cell that holds a secret, and has it for this session', () => {
    const history = new History(file);
    history.add("const password = 'hunter2'");
    history.add('1');
    expect(history.entries).toEqual(["const password = 'hunter2'", '1']);
    expect(fs.readFileSync(file, 'utf8')).toBe('1\n');
  });

  it('makes a file of others readable by its owner only, and leaves a link a link', () => {
    const target = path.join(folder, 'elsewhere');
    fs.writeFileSync(target, 'old\n', { mode: 0o644 });
    fs.symlinkSync(target, file);
    new History(file).add('new');
    expect(fs.readFileSync(target, 'utf8')).toBe('old\nnew\n');
    expect(fs.statSync(target).mode & 0o777).toBe(0o600);
    expect(fs.lstatSync(file).isSymbolicLink()).toBe(true);
  });

  it('is cut back to the newest entries when it has grown', () => {
    const lines = Array.from({ length: 3_100 }, (_, i) => `cell ${i}`);
    fs.writeFileSync(file, `${lines.join('\n')}\n`);
    expect(new History(file).entries).toEqual(lines.slice(-2_000));
    expect(fs.readFileSync(file, 'utf8').split('\n')).toHaveLength(2_001);
    expect(fs.readdirSync(folder)).toEqual(['history']);
  });

  it('loses nothing while shells write and cut back at the same time', {
    timeout: 60_000,
  }, async () => {
    const lines = Array.from({ length: 3_001 }, (_, i) => `old ${i}`);
    fs.writeFileSync(file, `${lines.join('\n')}\n`);
    const url = new URL('../../dist/shell/editor/history.js', import.meta.url).href;
    const program = (name: string) => `
      const { History } = await import(${JSON.stringify(url)});
      for (let i = 0; i < 150; i++) new History(${JSON.stringify(file)}).add('${name} ' + i);`;
    await Promise.all(
      ['one', 'two', 'three'].map(
        (name) =>
          new Promise<void>((resolve) => {
            spawn(process.execPath, ['--input-type=module', '-e', program(name)]).on('close', () =>
              resolve(),
            );
          }),
      ),
    );
    const kept = new History(file).entries;
    for (const name of ['one', 'two', 'three'])
      expect(kept.filter((entry) => entry.startsWith(`${name} `))).toEqual(
        Array.from({ length: 150 }, (_, i) => `${name} ${i}`),
      );
  });

  it.each([
    ['a folder', (at: string) => fs.mkdirSync(at), 'it is a folder'],
    ['binary', (at: string) => fs.writeFileSync(at, 'a\0\x01b'), 'it does not hold text'],
    ['a pipe', (at: string) => spawnSync('mkfifo', [at]), 'it is no ordinary file'],
    ['huge', (at: string) => fs.ftruncateSync(fs.openSync(at, 'w'), 2 ** 33), 'it is too large'],
  ])(
    'says in one line why it is not used where the file is %s, and leaves it alone',
    (_, make, why) => {
      make(file);
      const before = fs.statSync(file);
      const history = new History(file);
      history.add('still works');
      expect(history.entries).toEqual(['still works']);
      expect(history.problem).toBe(
        `The history is kept for this session only: ${file} cannot be read, ${why}.`,
      );
      expect(fs.statSync(file).mtimeMs).toBe(before.mtimeMs);
      expect(fs.readdirSync(folder)).toEqual(['history']);
    },
  );
});
