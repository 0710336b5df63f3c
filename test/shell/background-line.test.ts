import { describe, expect, it } from 'vitest';
import { backgroundLine } from '#dist/shell/background-line.js';

describe('the text of a line that ends in &', () => {
  it('is an expression at its place, with or without a name', () => {
    expect(backgroundLine('let n: number = f(x) & ')).toEqual({
      shown: 'let n: number = f(x)',
      expression: '                f(x)',
      name: 'n',
    });
    expect(backgroundLine('n = 1 &')?.name).toBe('n');
    expect(backgroundLine('n == 1 &')).toEqual({
      shown: 'n == 1',
      expression: 'n == 1',
      name: null,
    });
    expect(backgroundLine('x => 1 &')?.name).toBe(null);
    for (const other of ['a &&', 'a', '&', 'a &\nb', 'a & b'])
      expect(backgroundLine(other)).toBe(null);
  });
});
