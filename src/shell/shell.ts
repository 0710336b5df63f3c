// Puts the parts of the shell together over an engine and an evaluator. The same for the prompt and for programs;
// what differs is told by `isPrompt`.
import fs from 'node:fs/promises';
import path from 'node:path';
import { BackgroundCells } from './background-cells.js';
import { BatchLines } from './batch-lines.js';
import type { CellRunner } from './cell-runner.js';
import type { CommandShell, TypesMode } from './commands/command.js';
import { COMMANDS } from './commands/registry.js';
import { ConsoleLines } from './console-lines.js';
import { describeEngineValue } from './describe.js';
import type { History } from './editor/history.js';
import { showError } from './errors.js';
import type { UserFrame } from './evaluate/outcome.js';
import { EventLines } from './event-lines.js';
import { type AwaitedJob, Foreground } from './foreground.js';
import { Interrupts } from './interrupts.js';
import { JobTable } from './job-table.js';
import type { Documentation, SavedProgram } from './language/protocol.js';
import { Printer } from './printer.js';
import { piecesOf } from './program-file.js';
import { Progress } from './progress.js';
import { runCommand } from './prompt-loop.js';
import { type CellEnd, Session } from './session.js';
import type { ShellEngine } from './shell-engine.js';
import { StageTable } from './stage-table.js';
import type { Style } from './style.js';
import type { Terminal } from './terminal.js';
import { Tour } from './tour.js';
import type { PlaceOf } from './trace-text.js';

export interface ShellOptions {
  readonly terminal: Terminal;
  readonly style: Style;
  readonly engine: ShellEngine;
  readonly runner: CellRunner;
  readonly history: History;
  readonly isPrompt: boolean;
  readonly isQuiet: boolean;
  /** Tables without frames, for screen readers. */
  readonly isPlain?: boolean;
  typeOf(expression: string): Promise<string | null>;
  documentation(text: string, position: number): Promise<Documentation | null>;
  typeOfLast(): Promise<string | null>;
  readonly types: { mode: TypesMode };
  savedProgram(): Promise<SavedProgram>;
  asJavaScript(text: string): Promise<string>;
  source(file: string): string | null;
  readonly placeOf: PlaceOf;
  names(): Iterable<string>;
  frames(error: unknown): readonly UserFrame[];
}

export class Shell {
  readonly session: Session;
  readonly commands: CommandShell;
  readonly interrupts: Interrupts;
  readonly background: BackgroundCells;
  readonly #foreground: Foreground;
  readonly #options: ShellOptions;
  readonly #progress: Progress;
  readonly #consoleLines: ConsoleLines;
  readonly #batchLines: BatchLines;
  readonly #stages = new StageTable();
  readonly #stopListening: () => void;

  constructor(options: ShellOptions) {
    this.#options = options;
    const { terminal, style, engine, runner } = options;
    const jobs = new JobTable(() => this.background.owner);
    const printer = new Printer({
      style,
      drawsBoxes: options.isPlain !== true,
      columns: () => terminal.columns,
      describe: (value, type) => describeEngineValue(value, type, style),
    });
    this.session = new Session({
      ...options,
      printer,
      jobs,
      onCellEnd: () => {
        this.interrupts.cellEnded();
        this.#foreground.clear();
      },
    });
    this.#foreground = new Foreground({ jobs, cancelJobs: engine.cancelJobs.bind(engine) });
    this.background = this.#backgroundCells(jobs, printer);
    this.interrupts = new Interrupts({
      foregroundJobs: () => [...this.#foreground.running(), ...this.background.foregroundJobs()],
      cancel: (ids) => this.#foreground.cancel(ids),
      abandonCell: () => {
        this.background.abandonForeground();
        runner.interrupt();
      },
      // A program ends at the second Ctrl-C, whatever its workers do.
      say: (text) => {
        if (options.isPrompt) terminal.line(style.dim(text), 'err');
      },
    });
    this.#progress = new Progress({ show: (line) => terminal.setStatus('progress', line) });
    this.#consoleLines = new ConsoleLines({
      style,
      isTagged: options.isPrompt,
      write: (line) => terminal.line(line),
    });
    this.#batchLines = new BatchLines({
      style,
      write: (text) => terminal.line(text),
      show: (lines) => terminal.setStatus('batches', lines),
    });
    // Elsewhere than at a terminal the frames go where PySpark's go, empty ones too.
    if (terminal.canErase) engine.printFrames(this.#batchLines.print);
    this.#stopListening = this.#listen(jobs);
    this.commands = this.#commandShell(jobs, printer);
  }

  /** A cell waits for a job from now on. */
  awaits(job: AwaitedJob & PromiseLike<unknown>): void {
    if (!this.background.awaits(job)) this.#foreground.await(job);
  }

  /** Runs a file with commands in it, as `-i`, the rc file and `.load` do. */
  async runFile(file: string): Promise<CellEnd> {
    const absolute = path.resolve(file);
    const text = await fs.readFile(absolute, 'utf8');
    for (const piece of piecesOf(text.replace(/^#!.*/, ''))) {
      if (piece.kind === 'command') {
        await runCommand(piece.text, false, this.commands);
        continue;
      }
      const end = await this.session.run({
        text: piece.text,
        mode: 'script',
        file: absolute,
        waitForTypes: false,
        echoes: false,
      });
      if (end !== 'done') return end;
    }
    return 'done';
  }

  /** Writes what is still held back and shows nothing live any more. */
  close(): void {
    this.#stopListening();
    this.#progress.stop();
    this.#consoleLines.flush();
    this.#batchLines.clear();
  }

  #listen(jobs: JobTable): () => void {
    const { engine, terminal, style, isQuiet, source, placeOf, names, frames } = this.#options;
    const lines = new EventLines({
      style,
      consoleLines: this.#consoleLines,
      tellsNotices: !isQuiet,
      columns: () => terminal.columns,
      write: (line) => terminal.line(line, 'err'),
      showFailure: (error) =>
        showError(error, frames(error), {
          style,
          columns: terminal.columns,
          source,
          placeOf,
          names,
        }).text,
    });
    const stops = [jobs, this.#stages, this.#progress, lines].map(({ onEvent }) =>
      engine.events.listen(onEvent),
    );
    stops.push(
      engine.events.listen((event) => {
        if (event.kind === 'streaming-stopped') this.#batchLines.clear();
        if (event.kind === 'output-closed') this.#batchLines.closed(event.outputId);
      }),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }

  #backgroundCells(jobs: JobTable, printer: Printer): BackgroundCells {
    const { terminal, style, engine, runner } = this.#options;
    return new BackgroundCells({
      terminal,
      style,
      runner,
      jobs,
      takeNumber: () => engine.takeJobNumber(),
      cancelJobs: (ids, reason) => engine.cancelJobs(ids, reason),
      summary: (value) => printer.summary(value),
      show: (outcome, cell) => this.session.show(outcome, cell),
      occupy: (work) => this.session.occupy(work),
    });
  }

  #commandShell(jobs: JobTable, printer: Printer): CommandShell {
    const { engine } = this.#options;
    return {
      ...this.#options,
      session: this.session,
      printer,
      jobs,
      stages: this.#stages,
      progress: this.#progress,
      tour: new Tour(),
      settings: engine.settings,
      background: this.background,
      consoleLines: this.#consoleLines,
      commands: COMMANDS,
      cached: () => engine.cached(),
      cancelJob: (id) => engine.cancelJobs([id], `.cancel ${id} was entered`),
      streams: () => engine.streams(),
      closeStream: (id) => engine.closeStream(id),
      load: async (file) => {
        await this.runFile(file);
      },
    };
  }
}
