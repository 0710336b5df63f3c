import { afterEach, describe, expect, it } from 'vitest';
import { completerOf, FakeEditor } from './fake-editor.js';
import { KEY, settle } from './keyboard.js';

const NAMES = ['map', 'mapPartitions', 'mapValues', 'max'];
const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => `n${letter}`);

let shown: FakeEditor;
afterEach(() => shown?.close());

/** An editor in which `rdd.` and these keys have been pressed. */
async function opened(names: readonly string[], ...keys: string[]) {
  shown = new FakeEditor({ complete: completerOf(names) });
  const read = shown.editor.read();
  await shown.keyboard.tap('rdd.', ...keys);
  return { ...shown, read };
}

describe('the menu of completions', () => {
  it('puts in what all share and shows the rest, the first with its signature and sentence', async () => {
    const { screen } = await opened(NAMES, 'm', KEY.tab);
    expect(screen.text).toBe(
      [
        '>>> rdd.ma',
        '> map            method',
        '  mapPartitions  method',
        '  mapValues      method',
        '  max            method',
        '1/4 map(): number',
        'Does map.',
      ].join('\n'),
    );
    expect([screen.row, screen.column]).toEqual([0, 10]);
  });

  it('puts in a single candidate without a menu', async () => {
    const { screen } = await opened(NAMES, 'max', KEY.tab);
    expect(screen.text).toBe('>>> rdd.max');
  });

  it.each([
    [[KEY.tab], 'mapPartitions'],
    [[KEY.down, KEY.down], 'mapValues'],
    [[KEY.shiftTab], 'max'],
    [[KEY.up, KEY.tab], 'map'],
    [[KEY.pageDown], 'max'],
    [[KEY.pageDown, KEY.pageUp], 'map'],
  ])('is gone through with keys %j', async (keys, name) => {
    const { keyboard, screen, read } = await opened(NAMES, 'm', KEY.tab);
    await keyboard.tap(...keys);
    expect(screen.text).toContain(`\n> ${name} `);
    await keyboard.tap(KEY.enter);
    expect(screen.text).toBe(`>>> rdd.${name}`);
    await keyboard.tap(KEY.enter);
    expect(await read).toMatchObject({ text: `rdd.${name}` });
  });

  it('takes an entry with the right arrow, in the middle of a text too', async () => {
    const { keyboard, read } = await opened(NAMES, 'm()', KEY.left, KEY.left, KEY.tab, KEY.tab);
    await keyboard.tap(KEY.right, 'X', KEY.enter);
    expect(await read).toMatchObject({ text: 'rdd.mapPartitionsX()' });
  });

  it('narrows with what is typed and widens with what is deleted', async () => {
    const { keyboard, screen } = await opened(NAMES, 'm', KEY.tab, 'p');
    expect(screen.text).toContain('1/3 map(): number');
    await keyboard.tap('V');
    expect(screen.text).toBe(
      ['>>> rdd.mapV', '> mapValues  method', '1/1 mapValues(): number', 'Does mapValues.'].join(
        '\n',
      ),
    );
    await keyboard.tap(KEY.backspace);
    expect(screen.text).toContain('3/3 mapValues(): number');
    await keyboard.tap('q');
    expect(screen.text).toBe('>>> rdd.mapq');
  });

  it('closes at what is no name, at Esc, and where the cursor leaves', async () => {
    const { keyboard, screen } = await opened(NAMES, 'm', KEY.tab, '(');
    expect(screen.text).toBe('>>> rdd.ma(');
    await keyboard.tap(KEY.backspace, KEY.tab);
    expect(screen.text).toContain('1/4');
    await keyboard.tap(KEY.escape);
    await settle(80);
    expect(screen.text).toBe('>>> rdd.ma');
    await keyboard.tap(KEY.tab, KEY.left);
    expect(screen.text).toBe('>>> rdd.ma');
  });

  it('runs the cell at Enter where the selected entry is typed out', async () => {
    const { read } = await opened(NAMES, 'map', KEY.tab, KEY.enter);
    expect(await read).toMatchObject({ text: 'rdd.map' });
    expect(shown.screen.text).toBe('>>> rdd.map');
  });

  it('drops the menu with the line at Ctrl-C', async () => {
    const { screen } = await opened(NAMES, 'm', KEY.tab, KEY.ctrlC);
    expect(screen.text).toBe('>>> rdd.ma^C\n>>>');
  });

  it('scrolls a long list within eight rows', async () => {
    const { keyboard, screen } = await opened(LETTERS, KEY.tab);
    const names = () =>
      screen.text
        .split('\n')
        .flatMap((row) => /^[ >] (n\w)/.exec(row)?.[1] ?? [])
        .join(' ');
    expect(names()).toBe('na nb nc nd ne nf ng nh');
    await keyboard.tap(KEY.pageDown);
    expect(names()).toBe('nb nc nd ne nf ng nh ni');
    await keyboard.tap(KEY.shiftTab, KEY.shiftTab);
    expect(names()).toBe('nb nc nd ne nf ng nh ni');
    await keyboard.tap(KEY.pageUp, KEY.shiftTab);
    expect(names()).toBe('ns nt nu nv nw nx ny nz');
  });

  it.each([3, 4, 5, 8])('stays within a terminal of %i rows', async (rows) => {
    shown = new FakeEditor({ rows, complete: completerOf(LETTERS) });
    void shown.editor.read();
    await shown.keyboard.tap('x.', KEY.tab, KEY.tab);
    expect(shown.screen.scrolledOff).toEqual([]);
    expect(shown.screen.visibleRows[0]).toBe('>>> x.n');
    expect(shown.screen.text).toContain('> nb');
    await shown.keyboard.tap(KEY.enter);
    expect(shown.screen.text).toBe('>>> x.nb');
  });

  it('cuts what is too wide', async () => {
    shown = new FakeEditor({
      columns: 20,
      complete: completerOf(['a'.repeat(50), 'ab日本語日本語日本語']),
    });
    void shown.editor.read();
    await shown.keyboard.tap('x.', KEY.tab);
    const rows = shown.screen.text.split('\n');
    expect(rows.slice(0, 3)).toEqual(['>>> x.a', `> ${'a'.repeat(16)}…`, '  ab日本語日本語日…']);
    expect(rows.slice(3, 5)).toEqual(['1/2', `${'a'.repeat(18)}…`]);
  });

  it('keeps its place while output arrives above it', async () => {
    const { keyboard, screen, terminal } = await opened(NAMES, 'm', KEY.tab, KEY.tab);
    terminal.line('Time: 10:00:01');
    terminal.setStatus('progress', 'job 3 · 10 %');
    await settle();
    const rows = screen.text.split('\n');
    expect(rows.slice(0, 4)).toEqual([
      'Time: 10:00:01',
      'job 3 · 10 %',
      '>>> rdd.ma',
      '  map            method',
    ]);
    expect([screen.row, screen.column]).toEqual([2, 10]);
    terminal.setStatus('progress', null);
    await keyboard.tap(KEY.enter);
    await settle();
    expect(screen.text).toBe('Time: 10:00:01\n>>> rdd.mapPartitions');
  });

  it('is laid out anew when the terminal is resized', async () => {
    const { screen } = await opened(NAMES, 'm', KEY.tab);
    shown.resize(15, 10);
    await settle();
    expect(screen.text).toBe(
      [
        '>>> rdd.ma',
        '> map',
        '  mapPartitio…',
        '  mapValues',
        '  max',
        '1/4 map():',
        'number',
        'Does map.',
      ].join('\n'),
    );
  });

  it('uses what was typed before the answer came, and forgets an answer that came too late', async () => {
    const waiting: (() => void)[] = [];
    const complete = completerOf(NAMES);
    shown = new FakeEditor({
      complete: async (text, cursor) => {
        const answer = await complete(text, cursor);
        await new Promise<void>((resolve) => waiting.push(resolve));
        return answer;
      },
    });
    const read = shown.editor.read();
    await shown.keyboard.tap('rdd.m', KEY.tab, 'apP');
    waiting.shift()!();
    await settle();
    expect(shown.screen.text).toBe('>>> rdd.mapPartitions');
    await shown.keyboard.tap('.m', KEY.tab, KEY.enter);
    waiting.shift()!();
    await settle();
    expect(await read).toMatchObject({ text: 'rdd.mapPartitions.m' });
    expect(shown.screen.text).toBe('>>> rdd.mapPartitions.m');
  });

  it('says so where the answer takes long', async () => {
    let answer: () => void = () => {};
    shown = new FakeEditor({
      complete: () => new Promise((resolve) => (answer = () => resolve(null))),
    });
    void shown.editor.read();
    await shown.keyboard.tap('rdd.', KEY.tab);
    await settle(400);
    expect(shown.screen.text).toBe('>>> rdd.\n… completing');
    answer();
    await settle();
    expect(shown.screen.text).toBe('>>> rdd.');
  });

  it('survives a completer that fails', async () => {
    shown = new FakeEditor({ complete: () => Promise.reject(new Error('no')) });
    const read = shown.editor.read();
    await shown.keyboard.tap('rdd.', KEY.tab, 'x', KEY.enter);
    expect(await read).toMatchObject({ text: 'rdd.x' });
  });

  it('indents at the start of a line instead', async () => {
    shown = new FakeEditor({ complete: completerOf(NAMES) });
    expect(await shown.cellOf(KEY.tab, 'x', KEY.enter)).toMatchObject({ text: '  x' });
  });
});
