import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { PlainReader } from '#dist/shell/plain-reader.js';
import { Terminal } from '#dist/shell/terminal.js';
import { completerOf } from './fake-editor.js';
import { settle } from './keyboard.js';
import { Screen } from './screen.js';

let screen: Screen;
let input: PassThrough;
let reader: PlainReader;
let terminal: Terminal;

beforeEach(() => {
  screen = new Screen(40, 12);
  input = new PassThrough();
  terminal = new Terminal({ out: screen, err: screen, canErase: false });
  reader = new PlainReader({
    input,
    terminal,
    prompts: { first: '>>> ', next: '... ' },
    complete: completerOf(['map', 'mapValues', 'max']),
  });
});

describe('PlainReader', () => {
  it('reads lines until a cell is complete, with a prompt before each', async () => {
    const read = reader.read();
    input.write('f(\n1)\n');
    expect(await read).toEqual({ kind: 'cell', text: 'f(\n1)', wasPasted: false });
    expect(screen.raw).toBe('>>> ... ');
  });

  it('lists completions a line each at a tab, and goes on with what they share', async () => {
    const read = reader.read();
    input.write('rdd.m\t\n');
    await settle();
    expect(screen.raw).toBe('>>> map, method\nmapValues, method\nmax, method\n>>> rdd.ma');
    input.write('pV\t\n');
    await settle();
    expect(screen.raw.endsWith('\n>>> rdd.ma>>> rdd.mapValues')).toBe(true);
    input.write('(f)\n');
    expect(await read).toMatchObject({ text: 'rdd.mapValues(f)' });
  });

  it('says where there is nothing to complete', async () => {
    void reader.read();
    input.write('rdd.q\t\n');
    await settle();
    expect(screen.raw).toBe('>>> no completions\n>>> rdd.q');
  });

  it('drops what is typed at Ctrl-C', async () => {
    const read = reader.read();
    input.write('f(\n');
    await settle();
    reader.drop();
    input.write('1\n');
    expect(await read).toMatchObject({ text: '1' });
    expect(screen.raw).toBe('>>> ... \n>>> ');
  });

  it('prints what arrives on lines of its own, once for all of it, and the prompt again', async () => {
    const read = reader.read();
    await settle();
    terminal.line('Time: 1');
    terminal.write('a\n');
    await settle();
    expect(screen.raw).toBe('>>> \nTime: 1\na\n>>> ');
    input.write('1\n');
    await read;
    terminal.line('1');
    expect(screen.raw).toBe('>>> \nTime: 1\na\n>>> 1\n');
  });

  it('ends with its input', async () => {
    const read = reader.read();
    input.end();
    expect(await read).toEqual({ kind: 'end' });
    expect(await reader.read()).toEqual({ kind: 'end' });
  });

  it('writes no escape sequence', async () => {
    void reader.read();
    input.write('rdd.m\t\nx(\n');
    await settle();
    expect(screen.raw).not.toContain('\x1b');
  });
});
