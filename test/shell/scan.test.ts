import { describe, expect, it } from 'vitest';
import { scan } from '#dist/shell/editor/scan.js';

const isOpen = (text: string) => scan(text).isOpen;

describe('scan', () => {
  it('sees open brackets, templates and comments', () => {
    for (const text of ['f(', '[1, {a: 2}', '`a${', '`a${x', '`a', '/* note', 'x => {']) {
      expect([text, isOpen(text)]).toEqual([text, true]);
    }
  });

  it('is not misled by brackets inside strings, templates, comments and regular expressions', () => {
    const closed = [
      "'('",
      '"\\"("',
      '`($' + '{[1].length})`',
      '1 // (',
      '/* ( */',
      'x.replace(/[(/]/g, 1)',
      'a / b / (c)',
    ];
    for (const text of closed) expect([text, isOpen(text)]).toEqual([text, false]);
  });

  it('leaves a stray closing bracket to the parser', () => {
    expect(isOpen('f( ]')).toBe(false);
    expect(isOpen(')')).toBe(false);
  });

  it('tells tokens apart', () => {
    const text = "const n = 1.5 + 'a'.length // x";
    const words = scan(text).tokens.map((token) => [
      token.kind,
      text.slice(token.start, token.end),
    ]);
    expect(words).toEqual([
      ['keyword', 'const'],
      ['word', 'n'],
      ['punctuation', '='],
      ['number', '1.5'],
      ['punctuation', '+'],
      ['string', "'a'"],
      ['punctuation', '.'],
      ['word', 'length'],
      ['comment', '// x'],
    ]);
  });

  it('ends on any text', () => {
    for (const text of ['\\', '`\\', '`${`${`', '/', "'", '#!x', '日本 = 1', '\u0000']) {
      expect(() => scan(text)).not.toThrow();
    }
  });
});
