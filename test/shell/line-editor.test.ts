import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CellInput } from '#dist/shell/editor/cell-reader.js';
import type { Completer } from '#dist/shell/editor/completion.js';
import { History } from '#dist/shell/editor/history.js';
import { LineEditor } from '#dist/shell/line-editor.js';
import { Terminal } from '#dist/shell/terminal.js';
import { KEY, Keyboard, settle } from './keyboard.js';
import { Screen } from './screen.js';

const PROMPTS = { first: '>>> ', next: '... ' };
const NAMES = ['filter', 'filterNot', 'first'];
const complete: Completer = async (text, cursor) => {
  const word = /\w*$/.exec(text.slice(0, cursor))![0];
  const candidates = NAMES.filter((name) => name.startsWith(word)).map((name) => ({
    insert: name,
    label: name,
    kind: 'method',
  }));
  return { start: cursor - word.length, candidates };
};

let screen: Screen;
let keyboard: Keyboard;
let terminal: Terminal;
let history: History;
let editor: LineEditor;
let interrupts = 0;

beforeEach(() => {
  screen = new Screen(40, 12);
  keyboard = new Keyboard();
  terminal = new Terminal({ out: screen, err: screen, canErase: true });
  history = new History(null);
  interrupts = 0;
  editor = new LineEditor({
    input: keyboard,
    terminal,
    history,
    prompts: PROMPTS,
    complete,
    signature: null,
    known: null,
    onInterrupt: () => interrupts++,
  });
});

afterEach(() => editor.close());

async function cellOf(...keys: string[]): Promise<CellInput> {
  const read = editor.read();
  await keyboard.press(...keys);
  return read;
}

const typed = (text: string) => ({ kind: 'cell', text, wasPasted: false });

describe('LineEditor', () => {
  it('returns what was typed when Enter is pressed', async () => {
    expect(await cellOf('1 + 1', KEY.enter)).toEqual(typed('1 + 1'));
    expect(screen.text).toBe('>>> 1 + 1');
    expect([screen.row, screen.column]).toEqual([1, 0]);
  });

  it('takes a line feed for Enter, and a carriage return with a line feed for one', async () => {
    expect(await cellOf('a\n')).toEqual(typed('a'));
    const second = editor.read();
    await keyboard.press('b\r\n');
    expect(await second).toEqual(typed('b'));
    const third = editor.read();
    await settle();
    expect(screen.text).toBe('>>> a\n>>> b\n>>>');
    await keyboard.press(KEY.ctrlD);
    expect(await third).toEqual({ kind: 'end' });
  });

  it('goes on with a new line while a bracket is open', async () => {
    const cell = await cellOf(
      'airlines.map(l => {',
      KEY.enter,
      'return 1',
      KEY.enter,
      '})',
      KEY.enter,
    );
    expect(cell).toEqual(typed('airlines.map(l => {\n  return 1\n})'));
    expect(screen.text).toBe('>>> airlines.map(l => {\n...   return 1\n... })');
  });

  it('edits a cell on when it turns out to be unfinished', async () => {
    expect(await cellOf('const f =', KEY.enter)).toEqual(typed('const f ='));
    const more = editor.read('const f =');
    await keyboard.press('1', KEY.enter);
    expect(await more).toEqual(typed('const f =\n1'));
    expect(screen.text).toBe('>>> const f =\n... 1');
  });

  it('moves, deletes, kills and yanks', async () => {
    expect(await cellOf('bc', KEY.home, 'a', KEY.right, 'X', KEY.backspace, KEY.enter)).toEqual(
      typed('abc'),
    );
    expect(await cellOf('one two', KEY.ctrlW, KEY.ctrlA, KEY.ctrlY, KEY.enter)).toEqual(
      typed('twoone '),
    );
    expect(await cellOf('one two', KEY.altB, KEY.ctrlK, 'three', KEY.enter)).toEqual(
      typed('one three'),
    );
    expect(await cellOf('gone', KEY.ctrlU, 'x', KEY.undo, KEY.undo, KEY.enter)).toEqual(
      typed('gone'),
    );
  });

  it('moves over wide characters and emoji as one', async () => {
    expect(await cellOf('日👍🏽本', KEY.left, KEY.left, 'x', KEY.enter)).toEqual(
      typed('日x👍🏽本'),
    );
  });

  it('takes a pasted block as one cell that waits for Enter', async () => {
    const read = editor.read();
    await keyboard.paste('const a = 1;\n\nconst b = 2;\n');
    expect(screen.text).toBe('>>> const a = 1;\n...\n... const b = 2;');
    await keyboard.press(KEY.enter);
    expect(await read).toEqual({
      kind: 'cell',
      text: 'const a = 1;\n\nconst b = 2;',
      wasPasted: true,
    });
  });

  it('recalls whole cells and comes back to what was being typed', async () => {
    history.add('f(\n1)');
    history.add('second');
    const read = editor.read();
    await keyboard.press('dra', KEY.ctrlP, KEY.ctrlP);
    expect(screen.text).toBe('>>> f(\n... 1)');
    await keyboard.press(KEY.ctrlN);
    expect(screen.text).toBe('>>> second');
    await keyboard.press(KEY.ctrlN, 'ft', KEY.enter);
    expect(await read).toEqual(typed('draft'));
  });

  it('searches the history with Ctrl-R, older each time', async () => {
    for (const cell of ['airlines.count()', 'x', 'flights.count()']) history.add(cell);
    const read = editor.read();
    await keyboard.press(KEY.ctrlR, 'count');
    expect(screen.text).toBe('(search `count`) flights.count()');
    await keyboard.press(KEY.ctrlR);
    expect(screen.text).toBe('(search `count`) airlines.count()');
    await keyboard.press(KEY.enter);
    expect(await read).toEqual(typed('airlines.count()'));
  });

  it('goes back to what was typed at Esc in a search', async () => {
    history.add('airlines.count()');
    const read = editor.read();
    await keyboard.press('mine', KEY.ctrlR, 'count', KEY.escape);
    await settle(80);
    expect(screen.text).toBe('>>> mine');
    await keyboard.press(KEY.enter);
    expect(await read).toEqual(typed('mine'));
  });

  it('goes to newer cells with Ctrl-S and says where there are no more', async () => {
    for (const cell of ['a.count()', 'b.count()', 'x']) history.add(cell);
    void editor.read();
    await keyboard.press(KEY.ctrlR, 'count', KEY.ctrlR);
    expect(screen.text).toBe('(search `count`) a.count()');
    await keyboard.press(KEY.ctrlR);
    expect(screen.text).toBe('(no more `count`) a.count()');
    await keyboard.press(KEY.ctrlS);
    expect(screen.text).toBe('(search `count`) b.count()');
    await keyboard.press('q');
    expect(screen.text).toBe('(no more `countq`)');
    await keyboard.press(KEY.backspace);
    expect(screen.text).toBe('(search `count`) b.count()');
  });

  it('goes up to cells that begin with what is typed', async () => {
    for (const cell of ['airlines.count()', 'x', 'airlines.take(5)', 'airlines.take(5)', 'y'])
      history.add(cell);
    const read = editor.read();
    await keyboard.press('air', KEY.up);
    expect(screen.text).toBe('>>> airlines.take(5)');
    await keyboard.press(KEY.up, KEY.up);
    expect(screen.text).toBe('>>> airlines.count()');
    await keyboard.press(KEY.down);
    expect(screen.text).toBe('>>> airlines.take(5)');
    await keyboard.press(KEY.down);
    expect(screen.text).toBe('>>> air');
    await keyboard.press(KEY.up, KEY.backspace, KEY.ctrlP, KEY.ctrlN, '1)', KEY.enter);
    expect(await read).toEqual(typed('airlines.take(51)'));
  });

  it('clears the line on Ctrl-C and says how to leave on an empty one', async () => {
    const read = editor.read();
    await keyboard.press('half', KEY.ctrlC);
    expect(screen.text).toBe('>>> half^C\n>>>');
    await keyboard.press(KEY.ctrlC);
    expect(screen.text).toBe('>>> half^C\n>>> ^C\n(Ctrl-D or .exit leaves)\n>>>');
    await keyboard.press('1', KEY.enter);
    expect(await read).toEqual(typed('1'));
    expect(interrupts).toBe(0);
  });

  it('tells of Ctrl-C while a cell runs and drops what was typed ahead', async () => {
    await cellOf('run()', KEY.enter);
    await keyboard.press('ahead', KEY.ctrlC);
    expect(interrupts).toBe(1);
    expect(await cellOf('1', KEY.enter)).toEqual(typed('1'));
  });

  it('applies keys typed while a cell runs to the next prompts', async () => {
    await cellOf('run()', KEY.enter);
    await keyboard.press('a', KEY.enter, 'b');
    expect(await editor.read()).toEqual(typed('a'));
    const second = editor.read();
    await keyboard.press('c', KEY.enter);
    expect(await second).toEqual(typed('bc'));
    expect(screen.text).toBe('>>> run()\n>>> a\n>>> bc');
  });

  it('keeps the half-typed cell while output arrives', async () => {
    const read = editor.read();
    await keyboard.press('airlines.map(l => l.le', KEY.left, KEY.left);
    terminal.line('-----\nTime: 10:00:01\n-----');
    await settle();
    expect(screen.text).toBe('-----\nTime: 10:00:01\n-----\n>>> airlines.map(l => l.le');
    expect([screen.row, screen.column]).toEqual([3, 24]);
    await keyboard.press(KEY.ctrlE, 'ngth)', KEY.enter);
    expect(await read).toEqual(typed('airlines.map(l => l.length)'));
  });

  it('turns bracketed paste and raw mode on, and off when closed', () => {
    expect(screen.raw).toContain('\x1b[?2004h');
    expect(keyboard.isRaw).toBe(true);
    editor.close();
    expect(screen.raw).toContain('\x1b[?2004l');
    expect(keyboard.isRaw).toBe(false);
  });
});
