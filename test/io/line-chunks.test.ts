import { describe, expect, it } from 'vitest';
import type { ByteSource } from '#dist/io/byte-source.js';
import { LineChunks } from '#dist/io/line-chunks.js';

/** A source over bytes in memory that hands out at most `step` bytes at a time. */
class MemorySource implements ByteSource {
  readonly end: number;
  #position: number;

  constructor(
    private readonly bytes: Buffer,
    start: number,
    length: number,
    private readonly step: number,
  ) {
    this.end = length;
    this.#position = start;
  }

  read(target: Buffer, offset: number, length: number): number {
    const to = Math.min(this.#position + Math.min(length, this.step), this.bytes.length);
    const count = this.bytes.copy(target, offset, this.#position, to);
    this.#position += count;
    return count;
  }

  storedBytes(position: number): number {
    return position;
  }

  close(): void {}
}

interface Options {
  start?: number;
  length?: number;
  chunkBytes?: number;
  step?: number;
  maxLineBytes?: number;
}

function chunks(text: string | Buffer, options: Options = {}): string[] {
  const bytes = Buffer.from(text as string);
  const { start = 0, length = bytes.length - start, step = 1000 } = options;
  const lines = new LineChunks(new MemorySource(bytes, start, length, step), {
    path: '/d/x.txt',
    isFileStart: start === 0,
    chunkBytes: options.chunkBytes ?? 1000,
    ...(options.maxLineBytes === undefined ? {} : { maxLineBytes: options.maxLineBytes }),
  });
  const found: string[] = [];
  while (lines.advance()) {
    expect(lines.to).toBeGreaterThan(lines.from);
    found.push(lines.buffer.toString('latin1', lines.from, lines.to));
  }
  expect(lines.advance()).toBe(false);
  return found;
}

describe('chunks of whole lines', () => {
  it('end at the last line end that the buffer shows', () => {
    expect(chunks('ab\ncd\nef\n', { chunkBytes: 7 })).toEqual(['ab\ncd\n', 'ef\n']);
  });

  it('give the last line of a file a line end if it has none', () => {
    expect(chunks('ab\ncd', { chunkBytes: 4 })).toEqual(['ab\n', 'cd\n']);
    expect(chunks('ab\r', { chunkBytes: 4 })).toEqual(['ab\r']);
  });

  it('are none for an empty file', () => {
    expect(chunks('')).toEqual([]);
  });

  it('keep blank lines', () => {
    expect(chunks('\n\na\n\n', { chunkBytes: 2 }).join('')).toBe('\n\na\n\n');
  });

  it('never part a carriage return from its line feed', () => {
    expect(chunks('a\r\nb\r\n', { chunkBytes: 2 })).toEqual(['a\r\n', 'b\r\n']);
    expect(chunks('a\rb\r', { chunkBytes: 2 })).toEqual(['a\r', 'b\r']);
    expect(chunks('abc\r\r\nd', { chunkBytes: 5 })).toEqual(['abc\r', '\r\nd\n']);
  });

  it('grow for a line longer than the buffer, and shrink again', () => {
    const long = 'x'.repeat(40);
    expect(chunks(`a\n${long}\nb\nc\nd\ne\n`, { chunkBytes: 4 })).toEqual([
      'a\n',
      `${long}\nb\nc\nd\ne\n`,
    ]);
    const [first, ...others] = chunks(`${long}\n${'b\n'.repeat(100)}`, { chunkBytes: 4 });
    expect(first).toMatch(/^x{40}\n(b\n)+$/);
    expect(new Set(others)).toEqual(new Set(['b\nb\n', 'b\n']));
  });

  it('refuse a line above the limit, naming file and position', () => {
    expect(() => chunks(`a\n${'x'.repeat(40)}`, { chunkBytes: 4, maxLineBytes: 16 })).toThrow(
      /IO-112.*'\/d\/x\.txt'.*longer than 16 bytes.*starts 2 bytes after/,
    );
    expect(chunks(`${'x'.repeat(15)}\n`, { chunkBytes: 4, maxLineBytes: 16 })).toHaveLength(1);
  });

  it('leave out a byte order mark at the start of a file, and only there', () => {
    const mark = Buffer.from([0xef, 0xbb, 0xbf]);
    expect(chunks(Buffer.concat([mark, Buffer.from('a\n')]))).toEqual(['a\n']);
    expect(chunks(mark)).toEqual([]);
    expect(chunks(Buffer.concat([mark, Buffer.from('\n')]))).toEqual(['\n']);
    const inner = Buffer.concat([Buffer.from('a\n'), mark, Buffer.from('b\n')]);
    expect(chunks(inner, { start: 1 })).toEqual(['\xef\xbb\xbfb\n']);
  });
});

describe('the lines of a split', () => {
  it('are those that start after its start, up to its end and including it', () => {
    // Lines start at 0, 2, 4 and 6.
    const text = 'a\nb\nc\nd\n';
    expect(chunks(text, { start: 0, length: 4 }).join('')).toBe('a\nb\nc\n');
    expect(chunks(text, { start: 4, length: 4 }).join('')).toBe('d\n');
    expect(chunks(text, { start: 3, length: 1 }).join('')).toBe('c\n');
    expect(chunks(text, { start: 4, length: 1 }).join('')).toBe('');
  });

  it('are none if no line starts in it', () => {
    expect(chunks('abcdefgh\nx\n', { start: 2, length: 3 })).toEqual([]);
    expect(chunks('abcdefgh', { start: 2, length: 6 })).toEqual([]);
  });

  it('begin after a pair of line ends that the start cuts in two', () => {
    // The line feed at 2 ends the first line; the second starts at 3.
    expect(chunks('a\r\nb\r\nc', { start: 2, length: 2 })).toEqual(['b\r\n']);
    expect(chunks('a\r\nb\r\nc', { start: 0, length: 2 })).toEqual(['a\r\n']);
  });

  it('include a mark that is longer than the split', () => {
    const text = Buffer.from('\ufeffab\ncd\n');
    expect(chunks(text, { start: 0, length: 1 })).toEqual(['ab\n']);
  });

  it('are each read by exactly one split, whatever the sizes of splits, buffers and reads', () => {
    const pieces = ['a', 'bc', '\n', '\r', '\r\n', '\n\n', 'ä', 'defgh'];
    let seed = 42;
    const random = (limit: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return (seed >> 8) % limit;
    };
    for (let round = 0; round < 400; round++) {
      const text = Array.from({ length: random(25) }, () => pieces[random(pieces.length)]).join('');
      const bytes = Buffer.from(text);
      const cuts = [0, ...Array.from({ length: random(5) }, () => random(bytes.length + 1))];
      const starts = [...new Set(cuts)].sort((a, b) => a - b).filter((at) => at < bytes.length);
      const options = { chunkBytes: 2 + random(9), step: 1 + random(5) };
      const parts = starts.map((start, i) =>
        chunks(bytes, { ...options, start, length: (starts[i + 1] ?? bytes.length) - start }).join(
          '',
        ),
      );
      expect(parts, JSON.stringify({ text, starts, options })).toEqual(
        starts.map((start, i) => expectedLines(bytes, start, starts[i + 1] ?? bytes.length)),
      );
    }
  });
});

/** The rule in its plainest form: a line at p belongs to the split with start < p <= end (or p = start = 0). */
function expectedLines(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1');
  let found = '';
  for (const match of text.matchAll(/[^\r\n]*(\r\n|\r|\n)|[^\r\n]+$/g)) {
    const isOurs =
      (match.index > start && match.index <= end) || (match.index === 0 && start === 0);
    if (isOurs) found += match[1] === undefined ? `${match[0]}\n` : match[0];
  }
  return found;
}
