import { describe, expect, it } from 'vitest';
import { decodeBlock } from '#dist/blocks/codec.js';
import { splitLines } from '#dist/plan/builtins/received-lines.js';
import { LineBlock } from '#dist/streaming/open-block.js';

function linesOf(...chunks: (string | Buffer)[]): string[] {
  const open = new LineBlock();
  for (const chunk of chunks) open.add(Buffer.from(chunk), Infinity);
  open.endLine();
  const { block, records } = open.close();
  const lines = decodeBlock<Uint8Array>(block).flatMap((bytes) => splitLines(Buffer.from(bytes)));
  expect(lines).toHaveLength(records);
  return lines;
}

describe('LineBlock', () => {
  it('ends lines at \\n and \\r\\n', () => {
    expect(linesOf('one\ntwo\r\nthree\n')).toEqual(['one', 'two', 'three']);
  });

  it('keeps empty lines and a \\r inside a line', () => {
    expect(linesOf('\n\r\na\rb\n')).toEqual(['', '', 'a\rb']);
  });

  it('joins lines that arrive in pieces', () => {
    expect(linesOf('he', 'll', 'o\nwor', 'ld\r', '\nend')).toEqual(['hello', 'world', 'end']);
  });

  it('joins characters that arrive in pieces', () => {
    const bytes = Buffer.from('grün €\n😀\n');
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    expect(linesOf(...pieces)).toEqual(['grün €', '😀']);
  });

  it('leaves the unfinished line for the next block', () => {
    const open = new LineBlock();
    open.add(Buffer.from('a\nb'), Infinity);
    expect(open.close().records).toBe(1);
    expect(open.isEmpty).toBe(true);
    open.add(Buffer.from('c\n'), Infinity);
    const { block } = open.close();
    expect(decodeBlock<Uint8Array>(block).map((bytes) => Buffer.from(bytes).toString())).toEqual([
      'bc',
    ]);
  });

  it('cuts a line that never ends', () => {
    const open = new LineBlock();
    const chunk = Buffer.alloc(9 * 1024 * 1024, 'x');
    open.add(chunk, Infinity);
    expect(open.isEmpty).toBe(true);
    open.add(chunk, Infinity);
    expect(open.isEmpty).toBe(false);
  });

  it('takes no more lines than it may and gives back the rest', () => {
    const open = new LineBlock();
    const first = open.add(Buffer.from('a\nbc\nd\ne'), 2);
    expect(first).toMatchObject({ bytes: 5, records: 2 });
    expect(String(first.rest)).toBe('d\ne');
    const none = open.add(Buffer.from('d\ne'), 0);
    expect(none).toMatchObject({ bytes: 0, records: 0 });
    expect(String(none.rest)).toBe('d\ne');
    expect(open.add(Buffer.from('d\ne'), 1)).toEqual({ bytes: 3, records: 1, rest: null });
    expect(open.close().records).toBe(3);
  });
});
