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

  it('starts empty and goes on where the file cannot be read or written', () => {
    fs.mkdirSync(file);
    const history = new History(file);
    history.add('still works');
    expect(history.entries).toEqual(['still works']);
    expect(fs.readdirSync(folder)).toEqual(['history']);
  });
});
