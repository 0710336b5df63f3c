import { describe, expect, it } from 'vitest';
import { parseCommand } from '#dist/shell/commands/registry.js';
import { nearest } from '#dist/shell/nearest.js';
import { piecesOf } from '#dist/shell/program-file.js';

describe('piecesOf', () => {
  it('takes commands out and keeps the line numbers of the program', () => {
    expect(piecesOf('const a = 1;\n.set types off\nconst b = 2;\n')).toEqual([
      { kind: 'program', text: 'const a = 1;' },
      { kind: 'command', text: '.set types off' },
      { kind: 'program', text: '\n\nconst b = 2;\n' },
    ]);
  });

  it('leaves lines that go on with an expression to the program', () => {
    const program = 'conf\n.set(1)\n  .type\nf(\n.load x\n)';
    expect(piecesOf(program)).toEqual([{ kind: 'program', text: program }]);
  });
});

describe('parseCommand', () => {
  it('knows a command by its name, with blanks or nothing behind it', () => {
    expect(parseCommand('.type  sc.master ')).toMatchObject({
      kind: 'command',
      argument: 'sc.master',
    });
    expect(parseCommand('  .EXIT')).toMatchObject({ kind: 'command', argument: '' });
    expect(parseCommand('.set(1)')).toBe(null);
    expect(parseCommand('.5 + 1')).toBe(null);
    expect(parseCommand('.jbos')).toEqual({ kind: 'unknown', name: 'jbos', meant: 'jobs' });
    expect(parseCommand('.zzzzzz')).toEqual({ kind: 'unknown', name: 'zzzzzz', meant: null });
  });
});

describe('nearest', () => {
  it('finds what was probably meant, and nothing where all is too far', () => {
    expect(nearest('fliter', ['filter', 'first'])).toBe('filter');
    expect(nearest('q', ['filter'])).toBe(null);
    expect(nearest('history', ['help', 'histroy'])).toBe('histroy');
  });

  it('takes no letter for another one, nor half a word for another word', () => {
    expect(nearest('n', ['_', 'x', 'sc'])).toBe(null);
    expect(nearest('n', ['x', 'N'])).toBe('N');
    expect(nearest('n2', ['n'])).toBe(null);
    expect(nearest('cs', ['_', 'sc', 'ssc'])).toBe('sc');
    expect(nearest('data', ['rate'])).toBe(null);
  });
});
