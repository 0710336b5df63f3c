import { describe, expect, test } from 'vitest';
import { analyseFunction } from '#dist/closure/free-names.js';

const namesOf = (text: string): string[] => [...analyseFunction(text).freeNames.keys()].sort();
const assignedOf = (text: string): string[] =>
  [...analyseFunction(text).freeNames.values()]
    .filter((free) => free.isAssigned)
    .map(({ name }) => name);

describe('free names', () => {
  test.each([
    ['x => x + y', ['y']],
    [
      'function f(a, b = c, { d, e: f2 = g } = {}, ...[h]) { return f + a + d + f2 + h }',
      ['c', 'g'],
    ],
    ['() => { var a = 1; let b = a; const { c, ...d } = b; return [c, d, e] }', ['e']],
    [
      '() => { for (const k of ks) { use(k) } for (var i = 0; i < n; i++); return i }',
      ['ks', 'n', 'use'],
    ],
    ['() => { try { a() } catch ({ message }) { return message } finally { b() } }', ['a', 'b']],
    ['() => { switch (k) { case one: let two = 2; return two } }', ['k', 'one']],
    ['() => { outer: for (;;) { break outer } }', []],
    ['() => ({ a: b, c, [d]: 1, e() { return f } })', ['b', 'c', 'd', 'f']],
    ['() => a.b.c[d]?.e', ['a', 'd']],
    ['() => { if (x) { function inner() { return y } inner() } }', ['x', 'y']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a function
    ['() => `${a} ${tag`b${c}`}`', ['a', 'c', 'tag']],
    [
      '() => class A extends B { [c] = d; static e = f; static { g } #h = i; m() { return A } }',
      ['B', 'c', 'd', 'f', 'g', 'i'],
    ],
    ['class A extends B { static x = gone; static { gone } m() { return kept } }', ['kept']],
    ['async (x) => { for await (const y of source) yieldTo(y) }', ['source', 'yieldTo']],
    ['function () { return arguments[0] }', []],
    ['get size() { return n }', ['n']],
    ['async *walk(a) { yield* b }', ['b']],
    ['[key](x) { return x }', []],
    ['static(x) { return y }', ['y']],
    ['async(x) { return y }', ['y']],
  ])('%s', (text, expected) => {
    expect(namesOf(text)).toEqual(expected);
  });

  test.each([
    [
      '() => { a = 1; b++; [c, d.e] = f; ({ g, h: i = 1, ...j } = k) }',
      ['a', 'b', 'c', 'g', 'i', 'j'],
    ],
    ['() => { for (a of b); for ([c] in d); for (const e of f); }', ['a', 'c']],
    ['() => { let a; a = 1; (b) => (b = 2) }', []],
  ])('names assigned by %s', (text, expected) => {
    expect(assignedOf(text)).toEqual(expected);
  });
});

describe('what a text takes from its place', () => {
  test('this, super and arguments of the function around an arrow', () => {
    expect(analyseFunction('() => this.x').usesThis).toBe(true);
    expect(analyseFunction('() => { const f = () => this }').usesThis).toBe(true);
    expect(analyseFunction('function () { return this }').usesThis).toBe(false);
    expect(analyseFunction('() => ({ m() { return super.x + this.y } })').usesSuper).toBe(false);
    expect(analyseFunction('m() { return super.m() }').usesSuper).toBe(true);
    expect(analyseFunction('() => arguments').usesArguments).toBe(true);
    expect(analyseFunction('() => function () { return arguments }').usesArguments).toBe(false);
  });

  test('eval counts only where it is called by that name', () => {
    expect(analyseFunction('() => eval("x")').callsEval).toBe(true);
    expect(analyseFunction('(eval) => eval("x")').callsEval).toBe(false);
    expect(analyseFunction('() => (0, eval)("x")').callsEval).toBe(false);
  });

  test('private names are stray only outside of a class of the text', () => {
    expect(analyseFunction('(o) => o.#x').strayPrivateName).toBe('#x');
    expect(analyseFunction('() => class { #x; m() { return this.#x } }').strayPrivateName).toBe(
      null,
    );
  });

  test('the members in use are known while a name is used for nothing else', () => {
    const membersOf = (text: string) => analyseFunction(text).freeNames.get('ns')?.members ?? null;
    expect(membersOf('() => ns.a(ns.b)')).toEqual(new Set(['a', 'b']));
    expect(membersOf('() => [ns.a, ns]')).toBe(null);
    expect(membersOf('() => ns[key]')).toBe(null);
  });
});
