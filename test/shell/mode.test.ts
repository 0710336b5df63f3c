import { describe, expect, it } from 'vitest';
import { modeText } from '#dist/shell/print/mode-text.js';
import { FakeShell } from './fake-shell.js';
import { value } from './fake-runner.js';
import { KEY } from './keyboard.js';

const ROWS = [
  { code: 'LH', n: 1 },
  { code: 'a "b", c', n: null },
];

describe('modeText', () => {
  it('writes JSON with a record a line', () => {
    expect(modeText(ROWS, 'json')).toBe(
      '[\n  {"code":"LH","n":1},\n  {"code":"a \\"b\\", c","n":null}\n]',
    );
    expect(modeText(new Map([['a', 1n]]), 'json')).toBe('{"a":"1"}');
    expect(modeText(new Map([[[1, 2], 3]]), 'json')).toBe('[[[1,2],3]]');
    expect(modeText([], 'json')).toBe('[]');
  });

  it('writes CSV with quotes where they are needed and a head where there are names', () => {
    expect(modeText(ROWS, 'csv')).toBe('code,n\nLH,1\n"a ""b"", c",');
    expect(modeText([['x', 1.5]], 'csv')).toBe('x,1.5');
    expect(modeText(['a,b', 'c'], 'csv')).toBe('"a,b"\nc');
  });

  it('writes bare text with tabs between the fields of a tuple', () => {
    expect(modeText([['x', { a: 1 }], 'plain'], 'raw')).toBe('x\t{"a":1}\nplain');
    expect(modeText('one\ntwo', 'raw')).toBe('one\ntwo');
  });
});

describe('.mode', () => {
  it('changes how values are printed from the next cell on', async () => {
    const fake = new FakeShell({ x: value([['LH', 1]]) });
    await fake.type('.mode csv', 'x', '.mode', '.mode xml');
    expect(fake.screen.text).toBe(
      '>>> .mode csv\nmode: CSV, every row\n>>> x\nLH,1\n>>> .mode\nmode: csv\n' +
        '>>> .mode xml\nusage: .mode table|json|csv|raw\n>>>',
    );
    fake.shell.session.leave();
    await fake.keyboard.press(KEY.ctrlC, KEY.ctrlD);
    fake.keyboard.end();
  });
});
