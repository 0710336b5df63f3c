// Bytes of whole lines → lines: what a worker does with what a socket received. Runs in tasks.
import { isAscii } from 'node:buffer';
import { Pages } from '../source.js';
import type { BuiltinFactory } from './builtin.js';

/** Lines end with \n or \r\n; the bytes end without the newline of the last line. */
export function splitLines(bytes: Buffer): string[] {
  // Decoding latin1 is several times faster than UTF-8, and the same for ASCII.
  const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const lines = text.split('\n');
  if (!text.includes('\r')) return lines;
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

export const RECEIVED_LINES_BUILTINS: Record<string, BuiltinFactory> = {
  receivedLines: () => (blocks: Iterable<Uint8Array>) => new Pages(linesOf(blocks)),
};

function* linesOf(blocks: Iterable<Uint8Array>): Generator<string[]> {
  for (const { buffer, byteOffset, byteLength } of blocks) {
    yield splitLines(Buffer.from(buffer, byteOffset, byteLength));
  }
}
