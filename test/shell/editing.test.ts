import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EditBuffer } from '#dist/shell/editor/edit-buffer.js';
import { FakeEditor } from './fake-editor.js';
import { KEY, settle } from './keyboard.js';

describe('a cell of several lines', () => {
  let shown: FakeEditor;
  beforeEach(() => {
    shown = new FakeEditor();
  });
  afterEach(() => shown.close());

  it.each([
    [['f(a => {', KEY.enter, 'g({', KEY.enter, 'x', KEY.enter], 'f(a => {\n  g({\n    x\n    '],
    [['f(a => {', KEY.enter, 'x', KEY.enter, '})'], 'f(a => {\n  x\n})'],
    [['[1, [', KEY.enter, '2', KEY.enter, ']'], '[1, [\n  2\n]'],
    [['const t = `a', KEY.enter, '  b', KEY.enter], 'const t = `a\n  b\n'],
    [['/* a', KEY.enter], '/* a\n'],
    [['f(', KEY.enter, KEY.enter, 'x'], 'f(\n\n  x'],
    [['  a', KEY.altEnter, 'b'], '  a\n  b'],
    [['(")"', KEY.enter], '(")"\n  '],
  ])('is indented: %j', async (keys, text) => {
    void shown.editor.read();
    await shown.keyboard.press(...keys);
    expect(shown.editor.state.text).toBe(text);
  });

  it('leaves a pasted text as it is', async () => {
    void shown.editor.read();
    const block = 'f(a => {\n\tg(\n    x\n)})';
    await shown.keyboard.paste(block);
    expect(shown.editor.state.text).toBe(block);
  });

  it('is one entry of the history, whose lines are walked through before older entries', async () => {
    shown.history.add('older');
    shown.history.add('f(\n  1,\n)');
    const read = shown.editor.read();
    await shown.keyboard.press(KEY.up, KEY.up, KEY.end, ' 2,', KEY.down, KEY.enter);
    expect(await read).toMatchObject({ text: 'f(\n  1, 2,\n)' });
    void shown.editor.read();
    await shown.keyboard.press(KEY.up, KEY.up, KEY.up, KEY.up);
    expect(shown.editor.state.text).toBe('older');
  });

  it('goes to its start and end with Alt-< and Alt->', async () => {
    void shown.editor.read();
    await shown.keyboard.press('f(', KEY.enter, '1)', '\x1b<', 'x', '\x1b>', 'y');
    expect(shown.editor.state.text).toBe('xf(\n  1)y');
  });

  it('keeps the cursor between characters on lines of wide ones and of combining marks', async () => {
    void shown.editor.read();
    await shown.keyboard.press(
      '日本語',
      KEY.altEnter,
      'e\u0301x👩‍👩‍👧y',
      KEY.home,
      KEY.right,
      KEY.right,
    );
    expect(shown.editor.state.cursor).toBe('日本語\ne\u0301x'.length);
    expect(shown.screen.column).toBe(6);
    await shown.keyboard.press(KEY.right);
    expect(shown.screen.column).toBe(8);
    await shown.keyboard.press(KEY.up);
    await shown.keyboard.press('!');
    expect(shown.editor.state.text.split('\n')[0]).toMatch(/^日本語!$/);
  });

  it.each([
    [20, 8],
    [9, 16],
    [60, 30],
    [40, 2],
  ])('is drawn anew at %i columns and %i rows', async (columns, rows) => {
    void shown.editor.read();
    await shown.keyboard.press('airlines.map(l => {', KEY.enter, 'return l.length', KEY.left);
    shown.resize(columns, rows);
    await settle();
    const cells = ['>>> airlines.map(l => {', '...   return l.length'];
    const wrapped = cells.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'g'))!);
    const seen = shown.screen.text.split('\n');
    expect(seen).toEqual(wrapped.map((row) => row.trimEnd()).slice(-seen.length));
    expect(seen.length).toBe(Math.min(wrapped.length, rows));
    expect(shown.screen.column).toBe(20 % columns);
  });
});

describe('EditBuffer', () => {
  it('puts in as one what was cut in a row, forwards and backwards', () => {
    const buffer = new EditBuffer();
    buffer.insert('one two three four');
    buffer.wordLeft();
    buffer.killWordBackward();
    buffer.killWordBackward();
    buffer.killToLineEnd();
    buffer.cellStart();
    buffer.yank();
    expect(buffer.text).toBe('two three fourone ');
    buffer.killWordForward();
    buffer.yank();
    buffer.yank();
    expect(buffer.text).toBe('two three fouroneone ');
  });

  it('undoes words, not characters, and a cut at once', () => {
    const buffer = new EditBuffer();
    for (const char of 'one two') buffer.insert(char);
    buffer.killToLineStart();
    buffer.undo();
    expect(buffer.text).toBe('one two');
    buffer.undo();
    expect(buffer.text).toBe('one');
  });
});
