import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText, openTextSplit } from '#dist/io/text-reader.js';
import { fixtures, glom, makeFolder, readLines } from './folders.js';

// Expected partitions are what PySpark 4.3 printed for textFile(path, n).glom().collect().
describe('the lines of a text file', () => {
  it('end at \\n, \\r\\n or \\r', () => {
    expect(glom(`${fixtures}/crlf.txt`, 1)).toEqual([['one', 'two', '', 'three']]);
    expect(glom(`${fixtures}/crlf.txt`, 7)).toEqual([
      ['one'],
      [],
      ['two'],
      [],
      [''],
      ['three'],
      [],
      [],
      [],
      [],
    ]);
    expect(glom(`${fixtures}/cr-only.txt`, 5)).toEqual([['x'], ['y'], [], ['z'], []]);
    expect(glom(`${fixtures}/blank-lines.txt`, 7)).toEqual([
      ['a'],
      [''],
      [''],
      ['b'],
      [],
      [''],
      [],
    ]);
  });

  it('go to the split in which they start', () => {
    expect(glom(`${fixtures}/words.txt`, 2)).toEqual([
      ['the quick brown fox', 'jumps over the lazy dog'],
      ['the end'],
    ]);
    expect(glom(`${fixtures}/dir`, 4)).toEqual([
      ['a1', 'a2'],
      [],
      ['b1'],
      ['c1', 'c2'],
      ['c3'],
      [],
    ]);
  });

  it('may lack a line end at the end of the file', () => {
    expect(glom(`${fixtures}/no-newline.txt`, 1)).toEqual([['first', 'last without newline']]);
  });

  it('are not cut at other characters that separate lines in Unicode', () => {
    expect(glom(`${fixtures}/separators.txt`, 1)).toEqual([['a\u2028b\u000bc\u000cd\u0085e', 'f']]);
  });

  it('are whole characters wherever the splits cut', () => {
    expect(glom(`${fixtures}/unicode.txt`, 9)).toEqual([
      ['¡Hola, mundo!'],
      [],
      ['测试 字符串'],
      [],
      [],
      ['emoji 🎉 end'],
      [],
      ['ÄÖÜ ß'],
      [],
      [],
    ]);
  });

  it('lose a byte order mark at the start of the file', () => {
    expect(glom(`${fixtures}/bom.txt`, 1)).toEqual([['with bom', 'second']]);
    expect(glom(`${fixtures}/bom.txt`, 4)).toEqual([['with bom'], [], ['second'], [], []]);
  });

  it('show bytes that are not UTF-8 as U+FFFD', () => {
    expect(glom(`${fixtures}/bad-utf8.txt`, 1)).toEqual([['ok', '\ufffd\ufffd bad', 'end']]);
  });

  it('are all there in a file of many chunks with non-ASCII characters at their edges', () => {
    const target = path.join(makeFolder(), 'long.txt');
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i} ${'ä€🎉'.repeat(i % 5)}`);
    fs.writeFileSync(target, lines.join('\r\n'));
    const found = glom(target, 5);
    expect(found).toHaveLength(5);
    expect(found.flat()).toEqual(lines);
  });
});

describe('a reader of a split', () => {
  it('tells the bytes it has read', () => {
    const split = {
      path: `${fixtures}/numbers.txt`,
      start: 17,
      length: 17,
      codec: 'none',
    } as const;
    const reader = openTextSplit(split);
    expect(reader.bytesRead).toBe(0);
    expect(reader.next()).toBe('10\n11\n12\n13\n14\n15\n');
    // Lines 10 to 15 stand from byte 18 on; the split begins with the line end of 9.
    expect(reader.bytesRead).toBe(19);
    expect(reader.next()).toBeNull();
    reader.close();
    reader.close();
  });

  it('fails if the file is gone since it was listed', () => {
    const split = { path: '/no/such/file', start: 0, length: 5, codec: 'none' } as const;
    expect(() => readLines(split)).toThrow(/IO-501.*'\/no\/such\/file'.*gone/);
  });

  it('ends early if the file was cut since it was listed', () => {
    const target = path.join(makeFolder(), 'cut.txt');
    fs.writeFileSync(target, 'a\nb');
    expect(readLines({ path: target, start: 0, length: 500, codec: 'none' })).toEqual(['a', 'b']);
    expect(readLines({ path: target, start: 100, length: 50, codec: 'none' })).toEqual([]);
  });
});

it('decodes text as UTF-8 and keeps a mark within', () => {
  expect(decodeText(Buffer.from('plain'))).toBe('plain');
  expect(decodeText(Buffer.from('a\ufeffä🎉'))).toBe('a\ufeffä🎉');
  expect(decodeText(Buffer.from([0x61, 0xe6, 0xb5, 0x0a, 0xc3, 0xa4]))).toBe('a\ufffd\nä');
  expect(decodeText(Buffer.alloc(0))).toBe('');
});
