import { describe, expect, it } from 'vitest';
import { Printer } from '#dist/shell/printer.js';
import { fitWidths } from '#dist/shell/print/table.js';
import { loadStyle, PLAIN_STYLE } from '#dist/shell/style.js';
import { textWidth } from '#dist/shell/text-width.js';

function printer(columns = 80): Printer {
  return new Printer({ style: PLAIN_STYLE, columns: () => columns, describe: async () => null });
}

describe('Printer', () => {
  it('shows tuples as a table with numbers to the right', async () => {
    expect(
      await printer().format([
        ['FRA', 12],
        ['MUC', 3],
      ]),
    ).toBe(['┌─────┬────┐', '│ FRA │ 12 │', '│ MUC │  3 │', '└─────┴────┘'].join('\n'));
  });

  it('shows plain objects as a table with their keys as its head', async () => {
    expect(
      await printer().format([
        { code: 'LH', n: 1 },
        { code: 'AF', n: null },
      ]),
    ).toBe(
      [
        '┌──────┬──────┐',
        '│ code │    n │',
        '├──────┼──────┤',
        '│ LH   │    1 │',
        '│ AF   │ null │',
        '└──────┴──────┘',
      ].join('\n'),
    );
  });

  it('shows 20 rows and says how many are left', async () => {
    const rows = Array.from({ length: 1254 }, (_, i) => [`k${i}`, i]);
    const lines = (await printer().format(rows))!.split('\n');
    expect(lines).toHaveLength(23);
    expect(lines.at(-1)).toBe('… 1,234 more');
  });

  it('cuts wide text with a sign so that the table fits the terminal', async () => {
    const text = (await printer(30).format([
      ['a'.repeat(50), 1],
      ['日本'.repeat(20), 2],
    ]))!;
    expect(text.split('\n').map(textWidth)).toEqual([30, 30, 30, 30]);
    expect(text).toContain(`${'a'.repeat(21)}… │`);
  });

  it('leaves out columns that do not fit and says so', async () => {
    const record = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`c${i}`, i]));
    const text = (await printer(40).format([record]))!;
    expect(text).toContain('c4');
    expect(text).not.toContain('c5');
    expect(text.split('\n').at(-1)).toBe('… 7 more columns');
  });

  it('shows lines of text one a line, cut to the width', async () => {
    const lines = ['LH,Lufthansa,Germany,Frankfurt', 'AF,Air France,France,Paris', ' padded'];
    expect(await printer(28).format(lines)).toBe(
      ['LH,Lufthansa,Germany,Frankf…', 'AF,Air France,France,Paris', "' padded'"].join('\n'),
    );
  });

  it('shows what fits on a line as Node does', async () => {
    expect(await printer().format(['a', 'b'])).toBe("[ 'a', 'b' ]");
    expect(await printer().format([])).toBe('[]');
    expect(await printer().format('text')).toBe("'text'");
    expect(await printer().format(new Map([['a', 1]]))).toBe("Map(1) { 'a' => 1 }");
    expect(await printer().format(null)).toBe('null');
    expect(await printer().format(undefined)).toBe(null);
  });

  it('does not take uneven or mixed arrays for rows', async () => {
    expect(await printer().format([[1, 2], [3]])).toBe('[ [ 1, 2 ], [ 3 ] ]');
    expect(await printer().format([[1, 2], 'x'])).toBe("[ [ 1, 2 ], 'x' ]");
    expect(await printer().format([{ a: 1 }, new Date(0)])).toBe(
      '[ { a: 1 }, 1970-01-01T00:00:00.000Z ]',
    );
  });

  it('keeps line breaks and nested values of a cell on one line', async () => {
    expect(await printer().format([['a\nb', { x: [1, 2] }]])).toContain(
      '│ a\\nb │ { x: [ 1, 2 ] } │',
    );
  });

  it('survives a value whose inspection throws', async () => {
    const hostile = {
      get [Symbol.toStringTag]() {
        throw new Error('no');
      },
    };
    expect(await printer().format(hostile)).toBe('[a value that cannot be shown: no]');
  });

  it('leaves calls inside Node out of the stack of an error', async () => {
    const error = new Error('no');
    error.stack =
      'Error: no\n    at cell-3.ts:1:16\n    at Session.post (node:inspector:136:22)\n    at user.ts:1:1';
    expect(await printer().format(error)).toBe(
      'Error: no\n    at cell-3.ts:1:16\n    at user.ts:1:1',
    );
  });

  it('lets the engine describe its own values first', async () => {
    const rdd = { isRdd: true };
    const own = new Printer({
      style: PLAIN_STYLE,
      columns: () => 80,
      describe: async (value, type) => (value === rdd ? `${type} · textFile` : null),
    });
    expect(await own.format(rdd, 'RDD<string>')).toBe('RDD<string> · textFile');
  });

  it('falls back to what can be seen where the description fails', async () => {
    const own = new Printer({
      style: PLAIN_STYLE,
      columns: () => 80,
      describe: async () => {
        throw new Error('destroyed');
      },
    });
    expect(await own.format({ id: 1 })).toBe('{ id: 1 }');
  });

  it('calls a Map with keys by value a Map', async () => {
    class ValueKeyedMap extends Map<unknown, unknown> {}
    expect(await printer().format(new ValueKeyedMap([[[1, 2], 3]]))).toBe(
      'Map(1) { [ 1, 2 ] => 3 }',
    );
  });

  it('writes colours only when asked to', async () => {
    const style = await loadStyle(true);
    const coloured = new Printer({ style, columns: () => 80, describe: async () => null });
    expect(await coloured.format(1)).toBe('\x1b[33m1\x1b[39m');
    expect(await printer().format(1)).toBe('1');
  });
});

describe('fitWidths', () => {
  it('takes from the widest column first', () => {
    expect(fitWidths([30, 10, 5], 30)).toEqual([15, 10, 5]);
    expect(fitWidths([30, 30, 5], 30)).toEqual([12, 13, 5]);
    expect(fitWidths([5, 5], 30)).toEqual([5, 5]);
  });
});
