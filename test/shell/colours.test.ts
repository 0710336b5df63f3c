import { describe, expect, it } from 'vitest';
import { matchingBrackets } from '#dist/shell/editor/brackets.js';
import { colourMap } from '#dist/shell/editor/colours.js';
import { layout } from '#dist/shell/editor/layout.js';

const known = {
  isName: (name: string) => name === 'airlines',
  isCommand: (name: string) => name === 'plan',
};
const NAMES: Record<string, string> = {
  '34': 'keyword',
  '32': 'string',
  '33': 'number',
  '90': 'comment',
  '36': 'known',
  '35': 'command',
  '39': '/',
  '1;4': 'bracket',
  '22;24': '/bracket',
};

/** The text with a mark for each escape. */
function coloured(text: string, cursor = -1): string {
  const { rows } = layout({ first: '', next: '' }, text, 0, 200, colourMap(text, cursor, known));
  return rows
    .join('\n')
    .replaceAll('\x1b[0m', '')
    .replace(/\x1b\[([\d;]*)m/g, (_, code: string) => `<${NAMES[code]}>`);
}

describe('colourMap', () => {
  it.each([
    ["const n = 'a' // b", "<keyword>const</> n = <string>'a'</> <comment>// b</>"],
    ['airlines.take(5)', '<known>airlines</>.take(<number>5</>)'],
    ['x.airlines', 'x.airlines'],
    ['.plan airlines', '<command>.plan</> <known>airlines</>'],
    ['.plane airlines', '.plane <known>airlines</>'],
    ['`a$' + '{airlines}`', '<string>`<string>a$' + '{<known>airlines</>}<string>`</>'],
    ['a / b / c', 'a / b / c'],
    ['x = /a[/]b/', 'x = <string>/a[/]b/</>'],
  ])('%s', (text, expected) => {
    expect(coloured(text).replaceAll('<//>', '</>')).toBe(expected);
  });

  it('marks the bracket at the cursor or before it, and its partner', () => {
    expect(coloured('f(a[0])', 7)).toBe('f<bracket>(</bracket>a[<number>0</>]<bracket>)</bracket>');
    expect(coloured('f(a)', 1)).toBe('f<bracket>(</bracket>a<bracket>)</bracket>');
    expect(coloured("f(')')", 3)).toBe("f(<string>')'</>)");
  });
});

describe('matchingBrackets', () => {
  it.each([
    ['(', 1, null],
    [')', 1, null],
    ['(]', 1, null],
    ['{[()]}', 0, [0, 5]],
    ['{[()]}', 3, [2, 3]],
    // The `$` opens what the brace closes.
    ['`$' + '{a}`', 4, [2, 4]],
    ['f(x)(y)', 4, [4, 6]],
  ])('%s at %i', (text, cursor, expected) => {
    expect(matchingBrackets(text, cursor)).toEqual(expected);
  });
});
