// A terminal of its own on a tmux server of its own: types into a program and reads what its screen shows.
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Far above what a step takes, for machines that are busy and clusters that start. */
const STEP_LIMIT_MS = 180_000;

export class TmuxTerminal {
  #server;

  constructor(name) {
    this.#server = `${name}-${process.pid}`;
  }

  open(command, { environment, columns, rows, cwd }) {
    const variables = Object.entries(environment).flatMap(([key, value]) => [
      '-e',
      `${key}=${value}`,
    ]);
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux('new-session', '-d', '-s', 'main', ...size, ...variables, '-c', cwd, command);
    this.#tmux('set-option', '-g', 'history-limit', '5000');
  }

  /** Types a line, with Enter. */
  type(text) {
    this.write(text);
    this.press('Enter');
  }

  /** Types text without Enter. */
  write(text) {
    this.#tmux('send-keys', '-t', 'main', '-l', '--', text);
  }

  /** Presses keys by tmux's names, such as `C-c`, `Tab`. */
  press(...keys) {
    this.#tmux('send-keys', '-t', 'main', ...keys);
  }

  /** Everything printed so far, wrapped lines joined, without the blanks at the end. */
  text() {
    return this.#captured('-J', '-S', '-');
  }

  /** What the screen shows now, and what scrolled off it, row by row. */
  rows() {
    return this.#captured('-S', '-');
  }

  async until(isReady) {
    const deadline = Date.now() + STEP_LIMIT_MS;
    while (!isReady(this.text())) {
      if (Date.now() > deadline) throw new Error(`not what was waited for:\n${this.text()}`);
      await sleep(50);
    }
  }

  close() {
    spawnSync('tmux', ['-L', this.#server, 'kill-server']);
  }

  #captured(...options) {
    return this.#tmux('capture-pane', '-p', ...options, '-t', 'main')
      .replace(/[ \t]+$/gm, '')
      .trimEnd();
  }

  #tmux(...args) {
    const options = ['-L', this.#server, '-f', '/dev/null', ...args];
    const { status, stdout, stderr, error } = spawnSync('tmux', options, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`tmux ${args[0]} failed: ${error ?? stderr}`);
    return stdout;
  }
}
