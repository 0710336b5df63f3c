import { describe, expect, it } from 'vitest';
import {
  compileName,
  expandBraces,
  isPattern,
  splitPathList,
  unescapePath,
} from '#dist/io/glob.js';

describe('a list of paths', () => {
  it('is split at commas', () => {
    expect(splitPathList('a,b c,d')).toEqual(['a', 'b c', 'd']);
  });

  it('is not split within braces or after a backslash', () => {
    expect(splitPathList('x/{a,{b,c}},y\\,z')).toEqual(['x/{a,{b,c}}', 'y\\,z']);
  });
});

describe('braces', () => {
  it('stand for each of their parts, nested and across slashes', () => {
    expect(expandBraces('x/{a,b{1,2}}/{c,d/e}')).toEqual([
      'x/a/c',
      'x/a/d/e',
      'x/b1/c',
      'x/b1/d/e',
      'x/b2/c',
      'x/b2/d/e',
    ]);
  });

  it('that are never closed are refused with how to escape them', () => {
    expect(() => expandBraces('x{a,b')).toThrow(/IO-106.*'x\{a,b'.*never closed.*\\\{/s);
  });
});

describe('a name pattern', () => {
  it.each([
    ['*.txt', ['a.txt', '.txt'], ['a.txt2', 'atxt']],
    ['?.log', ['c.log'], ['cc.log', '.log']],
    ['[bc].*', ['b.', 'c.x'], ['a.x', 'bc.x']],
    ['[a-c]1', ['a1', 'c1'], ['d1', '-1']],
    ['[!a]x', ['bx'], ['ax', 'x']],
    ['[^a]x', ['bx'], ['ax']],
    ['[]]', [']'], ['[]', 'x']],
    ['[a\\-c]', ['a', '-', 'c'], ['b']],
    ['a\\*b', ['a*b'], ['axb']],
    ['(a+b).$', ['(a+b).$'], ['aab.']],
    ['🎉?', ['🎉x', '🎉🎉'], ['🎉']],
  ])('%s matches %j and not %j', (pattern, yes, no) => {
    const expression = compileName(pattern);
    expect(yes.filter((name) => !expression.test(name))).toEqual([]);
    expect(no.filter((name) => expression.test(name))).toEqual([]);
  });

  it('with an open set or a set out of order is refused', () => {
    expect(() => compileName('x[ab')).toThrow(/IO-106.*never closed/s);
    expect(() => compileName('[z-a]')).toThrow(/IO-106.*not a valid set/s);
  });
});

describe('a path', () => {
  it('is a pattern if it has an unescaped special character', () => {
    expect(['a*', 'a?', '[a]', '{a}', 'a\\\\*'].filter((path) => !isPattern(path))).toEqual([]);
    expect(['a', 'a\\*', '\\{a\\}', '\\[a'].filter(isPattern)).toEqual([]);
  });

  it('loses its backslashes when it is no pattern', () => {
    expect(unescapePath('a\\*b\\,c')).toBe('a*b,c');
  });
});
