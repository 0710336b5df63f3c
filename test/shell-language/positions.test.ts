import { expect, test } from 'vitest';
import { EditedText } from '#dist/shell/language/edited-text.js';
import { PositionMap } from '#dist/shell/language/position-map.js';
import { decodeMappings, splitInlineMap } from '#dist/shell/language/source-map.js';

test('an edited text knows where its characters came from', () => {
  const edited = new EditedText('a.count() + 1');
  edited.wrap([{ start: 0, end: 9, open: '(await ', close: ')' }]);
  expect(edited.text).toBe('(await a.count()) + 1');
  expect(edited.toOriginal(edited.text.indexOf('count'))).toBe(2);
  expect(edited.toOriginal(0)).toBe(0);
  expect(edited.fromOriginal(12)).toBe(edited.text.indexOf('1'));
});

test('outer wraps of one place open first and close last', () => {
  const edited = new EditedText('a()()');
  edited.wrap([
    { start: 0, end: 3, open: '(', close: ')' },
    { start: 0, end: 5, open: '[', close: ']' },
  ]);
  expect(edited.text).toBe('[(a())()]');
});

test('a second pass edits the text of the first', () => {
  const edited = new EditedText('f(a)');
  edited.wrap([{ start: 2, end: 3, open: '<', close: '>' }]);
  edited.wrap([{ start: 0, end: 6, open: '{', close: '}' }]);
  expect(edited.text).toBe('{f(<a>)}');
  expect(edited.toOriginal(edited.text.indexOf('a'))).toBe(2);
  expect(edited.toOriginal(edited.text.length)).toBe(4);
});

test('a position is that of the last segment at or before it', () => {
  // JavaScript line and column, then the user's line and column, from 0.
  const map = new PositionMap(Int32Array.from([0, 0, 0, 4, 0, 10, 2, 1, 3, 0, 5, 0]));
  expect(map.original(1, 1)).toEqual({ line: 1, column: 5 });
  expect(map.original(1, 10)).toEqual({ line: 1, column: 5 });
  expect(map.original(1, 11)).toEqual({ line: 3, column: 2 });
  expect(map.original(9, 1)).toEqual({ line: 6, column: 1 });
});

test('there is no position before the first segment', () => {
  expect(new PositionMap(Int32Array.from([2, 0, 0, 0])).original(1, 5)).toBeNull();
});

test('mappings are decoded with lines and columns that go back', () => {
  // Two segments on the first line; on the second one whose source is a line further and four columns back.
  expect([...decodeMappings('AAAA,IAAI;AACJ')]).toEqual([0, 0, 0, 0, 0, 4, 0, 4, 1, 0, 1, 0]);
});

test('what stands before the text on its first line maps to its start', () => {
  expect([...decodeMappings('AAAA,EAAE', 1)]).toEqual([0, 0, 0, 0, 0, 2, 0, 1]);
});

test('an inline source map is split from the code', () => {
  const map = Buffer.from('{"version":3,"mappings":"AAAA"}').toString('base64');
  const text = `1;\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}`;
  expect(splitInlineMap(text)).toEqual({ js: '1;', mappings: 'AAAA' });
  expect(splitInlineMap('2;')).toEqual({ js: '2;', mappings: '' });
});
