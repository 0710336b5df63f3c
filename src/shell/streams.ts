// The process's streams as the terminal uses them: what they were before the shell put itself in between.
import type { OutputStream } from './terminal.js';

/** A view of a stream whose `write` stays the stream's own, whatever is put in its place later. */
export function rawStream(stream: NodeJS.WriteStream): OutputStream {
  const write = stream.write.bind(stream) as (text: string) => boolean;
  return {
    write: (text) => write(text),
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return sizeOf(stream)?.[0] ?? stream.columns;
    },
    get rows() {
      return sizeOf(stream)?.[1] ?? stream.rows;
    },
  };
}

/** The size that the terminal has now: the stream's own is that of the last signal that was handled. */
function sizeOf(stream: NodeJS.WriteStream): [number, number] | null {
  try {
    return stream.getWindowSize?.() ?? null;
  } catch {
    // The terminal is gone.
    return null;
  }
}

/** Resolves when everything written so far has left the process. */
export function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
