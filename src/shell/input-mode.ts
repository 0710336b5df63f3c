// How the terminal hands keys over while a cell is edited: one by one (raw mode), pastes marked as such.
import { spawn } from 'node:child_process';
import type { Terminal } from './terminal.js';

export interface InputStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

const PASTE_ON = '\x1b[?2004h';
const PASTE_OFF = '\x1b[?2004l';

export class InputMode {
  readonly #input: InputStream;
  readonly #terminal: Pick<Terminal, 'control'>;

  constructor(input: InputStream, terminal: Pick<Terminal, 'control'>) {
    this.#input = input;
    this.#terminal = terminal;
  }

  begin(): void {
    this.#enter();
    this.#input.resume();
  }

  end(): void {
    this.#leave();
    this.#input.pause();
  }

  setRaw(isRaw: boolean): void {
    this.#input.setRawMode?.(isRaw);
  }

  /** Ctrl-Z: stops the program until the user's shell takes it up again. */
  suspend(beforeStop: () => void, afterwards: () => void): void {
    if (this.#input !== (process.stdin as unknown)) return;
    beforeStop();
    this.#leave();
    process.once('SIGCONT', () => {
      this.#enter();
      afterwards();
    });
    // The whole group: npm, which may have started us, has to stop too. By a process of its own, for Node takes a
    // signal to itself for its end and closes the inspector, without which no cell could be evaluated afterwards.
    spawn('kill', ['-s', 'TSTP', '0'], { stdio: 'ignore' }).on('error', () => {});
  }

  #enter(): void {
    this.setRaw(true);
    this.#terminal.control(PASTE_ON);
  }

  #leave(): void {
    this.setRaw(false);
    this.#terminal.control(PASTE_OFF);
  }
}
