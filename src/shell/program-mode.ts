// Runs a program and ends: `--eval`, a script file, or the standard input. Results go to standard output,
// everything else to standard error.
import fs from 'node:fs';
import path from 'node:path';
import type { ShellOptions } from './command-line.js';
import { History } from './editor/history.js';
import { type OpenShell, openShell } from './open-shell.js';
import { startLanguage } from './start-language.js';
import type { CellEnd, CellSource } from './session.js';
import { rawStream } from './streams.js';
import { Terminal } from './terminal.js';
import { isDumbTerminal, usesColour } from './user-settings.js';

const FAILED = 1;
const USAGE = 2;
const INTERRUPTED = 130;
/** npm may forward a signal that the terminal sent as well. */
const SAME_PRESS_MS = 50;

export async function runProgram(options: ShellOptions): Promise<number> {
  const program = readProgram(options);
  if (typeof program === 'string') {
    process.stderr.write(`tspark: ${program}\n`);
    return USAGE;
  }
  const terminal = new Terminal({
    out: rawStream(process.stdout),
    err: rawStream(process.stderr),
    canErase: !options.isPlain && !isDumbTerminal(),
  });
  if (terminal.canErase) terminal.takeOver(process.stdout, process.stderr);
  const run = new ProgramRun(options, terminal, program);
  try {
    return await run.run();
  } finally {
    terminal.close();
  }
}

class ProgramRun {
  readonly #options: ShellOptions;
  readonly #terminal: Terminal;
  readonly #program: CellSource;
  #open: OpenShell | null = null;
  #isInterrupted = false;
  #interruptedAtMs = 0;

  constructor(options: ShellOptions, terminal: Terminal, program: CellSource) {
    this.#options = options;
    this.#terminal = terminal;
    this.#program = program;
  }

  async run(): Promise<number> {
    process.on('SIGINT', () => this.#interrupt());
    try {
      const open = await openShell({
        options: this.#options,
        language: startLanguage(this.#options, false),
        terminal: this.#terminal,
        history: new History(null),
        isPrompt: false,
        hasColour: usesColour(this.#options, process.stdout),
        setRaw: () => {},
      });
      this.#open = open;
      const end = this.#isInterrupted ? 'interrupted' : await this.#runAll(open);
      return this.#statusOf(end);
    } catch (error) {
      this.#terminal.line(error instanceof Error ? error.message : String(error), 'err');
      return FAILED;
    } finally {
      await this.#open?.close();
    }
  }

  async #runAll(open: OpenShell): Promise<CellEnd> {
    if (open.initEnd !== 'done') return open.initEnd;
    return open.shell.session.run(this.#program);
  }

  #statusOf(end: CellEnd): number {
    if (end === 'interrupted' || this.#isInterrupted) return INTERRUPTED;
    return end === 'done' ? 0 : FAILED;
  }

  /** The first Ctrl-C cancels what runs and lets the program end; the second ends it at once. */
  #interrupt(): void {
    const nowMs = performance.now();
    if (this.#isInterrupted && nowMs - this.#interruptedAtMs > SAME_PRESS_MS)
      process.exit(INTERRUPTED);
    if (this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.#interruptedAtMs = nowMs;
    this.#open?.shell.interrupts.press(true);
  }
}

function readProgram({ program }: ShellOptions): CellSource | string {
  switch (program.kind) {
    case 'eval':
      return { text: program.code, mode: 'cell', echoes: true };
    case 'script':
      return readScript(program.path, program.args);
    case 'input':
      return { text: fs.readFileSync(0, 'utf8'), mode: 'script', echoes: false };
  }
}

function readScript(file: string, args: readonly string[]): CellSource | string {
  const absolute = path.resolve(file);
  try {
    // The first line of an executable script names its interpreter; its line is kept for the numbers.
    const text = fs.readFileSync(absolute, 'utf8').replace(/^#!.*/, '');
    process.argv = [process.argv[0]!, absolute, ...args];
    return { text, mode: 'script', file: absolute, echoes: false };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : String(code);
    return `cannot run ${file}: ${why}.`;
  }
}
