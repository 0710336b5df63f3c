// Bytes as they arrive → whole lines. A line ends with \n or \r\n; characters may be cut anywhere. No I/O.
import { isAscii } from 'node:buffer';

const NEWLINE = 0x0a;
/** A line longer than this is cut, so that a sender of no newlines at all cannot fill the memory. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

export class LineSplitter {
  /** Bytes of the unfinished line, oldest first. */
  #carry: Buffer[] = [];
  #carryBytes = 0;

  /** The lines that `chunk` completes. */
  push(chunk: Buffer): string[] {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      this.#keep(chunk);
      return this.#carryBytes > LONGEST_LINE_BYTES ? this.flush() : [];
    }
    const head = chunk.subarray(0, end);
    const whole = this.#carry.length === 0 ? head : Buffer.concat([...this.#carry, head]);
    this.#carry = [];
    this.#carryBytes = 0;
    if (end + 1 < chunk.length) this.#keep(chunk.subarray(end + 1));
    return splitLines(whole);
  }

  /** The unfinished line, when no more bytes will come. */
  flush(): string[] {
    if (this.#carryBytes === 0) return [];
    const rest = Buffer.concat(this.#carry);
    this.#carry = [];
    this.#carryBytes = 0;
    return splitLines(rest);
  }

  #keep(bytes: Buffer): void {
    // A copy: the rest is small and would keep its whole chunk alive.
    this.#carry.push(Buffer.from(bytes));
    this.#carryBytes += bytes.length;
  }
}

function splitLines(bytes: Buffer): string[] {
  // Decoding latin1 is several times faster than UTF-8, and the same for ASCII.
  const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const lines = text.split('\n');
  if (!text.includes('\r')) return lines;
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}
