// A keyboard for tests: an input stream at a terminal, and the keys people press.
import { PassThrough } from 'node:stream';

const SETTLE_PIECES = 4;

export const KEY = {
  enter: '\r',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  backspace: '\x7f',
  tab: '\t',
  shiftTab: '\x1b[Z',
  escape: '\x1b',
  pageUp: '\x1b[5~',
  pageDown: '\x1b[6~',
  end: '\x1b[F',
  ctrlA: '\x01',
  ctrlC: '\x03',
  ctrlD: '\x04',
  ctrlE: '\x05',
  ctrlK: '\x0b',
  ctrlN: '\x0e',
  ctrlP: '\x10',
  ctrlS: '\x13',
  ctrlR: '\x12',
  ctrlU: '\x15',
  ctrlW: '\x17',
  ctrlY: '\x19',
  undo: '\x1f',
  altEnter: '\x1b\r',
  altD: '\x1bd',
  altF: '\x1bf',
  altB: '\x1bb',
} as const;

export class Keyboard extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  /** Presses keys and waits until they are seen and drawn. */
  async press(...keys: string[]): Promise<void> {
    this.write(keys.join(''));
    await settle();
  }

  /** Presses keys one by one, each after what the one before asked for has been answered. */
  async tap(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.write(key);
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async paste(text: string): Promise<void> {
    await this.press(`\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~`);
  }
}

/** Lets everything that waits for the loop, and one frame of the terminal, happen. */
export async function settle(ms = 60): Promise<void> {
  // In pieces: on a busy machine one long timer fires in the same turn as what it should have waited for.
  for (let piece = 0; piece < SETTLE_PIECES; piece++) {
    await new Promise((resolve) => setTimeout(resolve, ms / SETTLE_PIECES));
  }
}
