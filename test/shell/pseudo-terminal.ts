// Runs the real program in a real pseudo-terminal: Python's pty module holds the terminal, the screen model reads it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Screen } from './screen.js';

const DIST = process.env.TSPARK_DIST ?? 'dist';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Relays between its own streams and a program in a terminal of `columns` × `rows`; descriptor 3 brings new sizes. */
const RELAY = `
import fcntl, os, pty, select, struct, sys, termios
columns, rows = int(sys.argv[1]), int(sys.argv[2])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
def resize(rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
resize(rows, columns)
sources = [fd, 0, 3]
while True:
    ready, _, _ = select.select(sources, [], [])
    if fd in ready:
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        os.write(1, data)
    if 0 in ready:
        data = os.read(0, 65536)
        if data:
            os.write(fd, data)
        else:
            sources = [fd]
    if 3 in ready:
        data = os.read(3, 64)
        if data:
            resize(*map(int, data.split()))
        else:
            sources.remove(3)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
`;

export const HAS_PTY = spawnSync('python3', ['-c', 'import pty'], { stdio: 'ignore' }).status === 0;

export interface TerminalSetting {
  readonly columns: number;
  readonly rows: number;
  /** Put over the environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Prepares the home folder before the program starts. */
  readonly prepareHome?: (home: string) => void;
}

export class PseudoTerminal {
  readonly screen: Screen;
  readonly exitStatus: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly home = fs.mkdtempSync(path.join(os.tmpdir(), 'tspark-home-'));

  constructor(args: readonly string[], { columns, rows, env, prepareHome }: TerminalSetting) {
    prepareHome?.(this.home);
    this.screen = new Screen(columns, rows);
    const main = path.join(ROOT, DIST, 'shell/main.js');
    const program = `import(${JSON.stringify(main)}).then(({ run }) => run(process.argv.slice(1)))`;
    const command = [process.execPath, '-e', program, '--', ...args];
    this.#child = spawn('python3', ['-c', RELAY, String(columns), String(rows), ...command], {
      cwd: ROOT,
      env: { ...process.env, HOME: this.home, TERM: 'xterm-256color', NO_COLOR: '1', ...env },
      stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    });
    const decoder = new TextDecoder();
    this.#child.stdout!.on('data', (data: Buffer) => {
      this.screen.write(decoder.decode(data, { stream: true }));
    });
    this.exitStatus = new Promise((resolve) => this.#child.on('close', resolve));
  }

  type(keys: string): void {
    this.#child.stdin!.write(keys);
  }

  /** The window becomes another size; the terminal wraps its lines anew. */
  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows);
    (this.#child.stdio[3] as Writable).write(`${rows} ${columns}`);
  }

  /** Waits until the screen and what scrolled off it satisfy the condition. */
  async until(isSeen: (transcript: string) => boolean): Promise<void> {
    const deadlineMs = performance.now() + 60_000;
    while (!isSeen(this.screen.transcript)) {
      if (performance.now() > deadlineMs) {
        throw new Error(`It was not seen in time. The screen:\n${this.screen.transcript}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Types a line and waits for the prompt after it. */
  async run(line: string): Promise<void> {
    const promptsBefore = promptsIn(this.screen.transcript);
    this.type(`${line}\r`);
    await this.until(
      (transcript) => promptsIn(transcript) > promptsBefore && transcript.endsWith('\n>>>'),
    );
  }

  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exitStatus;
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}

function promptsIn(transcript: string): number {
  return transcript.split('\n').filter((line) => line.startsWith('>>>')).length;
}
