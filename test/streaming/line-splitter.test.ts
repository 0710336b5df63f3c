import { describe, expect, it } from 'vitest';
import { LineSplitter } from '#dist/streaming/line-splitter.js';

function linesOf(...chunks: (string | Buffer)[]): string[] {
  const splitter = new LineSplitter();
  const lines = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)));
  return [...lines, ...splitter.flush()];
}

describe('LineSplitter', () => {
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

  it('gives the unfinished line only when asked', () => {
    const splitter = new LineSplitter();
    expect(splitter.push(Buffer.from('a\nb'))).toEqual(['a']);
    expect(splitter.flush()).toEqual(['b']);
    expect(splitter.flush()).toEqual([]);
  });

  it('cuts a line that never ends', () => {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(9 * 1024 * 1024, 'x');
    expect(splitter.push(chunk)).toEqual([]);
    expect(splitter.push(chunk).map((line) => line.length)).toEqual([18 * 1024 * 1024]);
  });
});
