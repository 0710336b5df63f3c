// Loads the engine and the evaluator, and puts the shell together over them. Loaded behind
// the prompt: everything that costs time is imported from here.
import fs from 'node:fs';
import path from 'node:path';
import type { ShellOptions } from './command-line.js';
import { COMMANDS } from './commands/registry.js';
import { makeCompleter, makeSignatureAsker } from './complete/completer.js';
import type { KnownWords } from './editor/colours.js';
import type { Completer } from './editor/completion.js';
import type { History } from './editor/history.js';
import type { SignatureAsker } from './editor/signature-hint.js';
import { Engine } from './engine.js';
import { UsageError } from '../errors.js';
import { Evaluator, type EvaluatorOptions, type RestoredNames } from './evaluate/evaluator.js';
import { installSafetyNet, type SafetyNet } from './evaluate/safety-net.js';
import { installNativeGuards } from '../workers/native-guards.js';
import { makeHabits } from './habits.js';
import type { LanguageClient } from './language/client.js';
import { RawMode } from './raw-mode.js';
import type { CellEnd } from './session.js';
import { Shell } from './shell.js';
import { loadStyle } from './style.js';
import type { Terminal } from './terminal.js';
import { readTextFile } from './text-file.js';
import { rcFile } from './user-settings.js';

export interface OpenShellOptions {
  readonly options: ShellOptions;
  readonly language: LanguageClient;
  readonly terminal: Terminal;
  readonly history: History;
  readonly isPrompt: boolean;
  readonly hasColour: boolean;
  setRaw(isRaw: boolean): void;
}

export interface OpenShell {
  readonly shell: Shell;
  readonly complete: Completer;
  readonly signature: SignatureAsker;
  readonly known: KnownWords;
  /** How the file of `--init` ended; `done` where there is none. */
  readonly initEnd: CellEnd;
  close(): Promise<void>;
}

/** How long an answer of the type checker may keep a value from being shown. */
const TYPE_MS = 500;
/** How long the engine may take to end its threads, or its application on a cluster. */
const STOP_MS = 2_000;
const CLUSTER_STOP_MS = 15_000;
/** The answer to a line that was typed before everything was there comes first. */
const START_AHEAD_MS = 250;
const MAX_RC_BYTES = 1024 * 1024;

export async function openShell(open: OpenShellOptions): Promise<OpenShell> {
  const { options, language, terminal, history, isPrompt } = open;
  const engine = new Engine(options);
  const rawMode = new RawMode({ setRaw: open.setRaw, onRaw: () => terminal.freshLine() });
  const shells: Shell[] = [];
  const nets: SafetyNet[] = [];
  const evaluator = new Evaluator({
    language: isPrompt ? withRawMode(language, rawMode) : language,
    globals: { sc: engine.sc, ssc: engine.ssc, ...(isPrompt ? habitsOf(shells, terminal) : {}) },
    packageUrl: new URL('../index.js', import.meta.url).href,
    onJob: (job) => shells[0]?.awaits(job),
    isInterruptible: true,
    heapBytes: engine.heapBytes,
    types: options.checksTypes ? 'error' : 'off',
    onStrayEnd: () => shells[0]?.session.reportStray(strayEnd()),
    afterCode: () => nets[0]?.ensure(),
    onRestored: (names) => terminal.line(restoredText(names), 'err'),
  });
  rawMode.control = evaluator.control;
  const shell = new Shell({
    terminal,
    style: await loadStyle(open.hasColour),
    engine,
    runner: evaluator,
    history,
    isPrompt,
    isQuiet: options.isQuiet,
    isPlain: options.isPlain,
    typeOf: (expression) => language.typeOf(expression),
    documentation: (text, position) => language.documentation(text, position),
    typeOfLast: () => typeOfLast(language),
    types: {
      get mode() {
        return evaluator.types;
      },
      set mode(mode) {
        evaluator.types = mode;
      },
    },
    savedProgram: () => language.savedProgram(),
    asJavaScript: (text) => language.asJavaScript(text),
    source: (file) => sourceText(file, evaluator),
    placeOf: (file, line, column) => evaluator.sources.original(file, line, column),
    names: () => language.names,
    frames: (error) => evaluator.frames(error),
  });
  shells.push(shell);
  installNativeGuards();
  evaluator.guardRealm();
  await connected(engine, language);
  const net = installSafetyNet((error) => shell.session.reportStray(error));
  nets.push(net);
  const initEnd = await runStartFiles(options, shell, terminal);
  if (isPrompt) startAhead(engine, options.checksTypes ? language.whenWarm : Promise.resolve());
  const assist = { commands: COMMANDS, language };
  return {
    shell,
    initEnd,
    complete: makeCompleter(assist),
    signature: makeSignatureAsker(assist),
    known: {
      isName: (name) => language.names.has(name),
      isCommand: (name) => COMMANDS.some((command) => command.name === name),
    },
    async close() {
      shell.close();
      await settledWithin(
        Promise.all([engine.stop(), language.close(), evaluator.close()]),
        isEmbedded(engine.sc.master) ? STOP_MS : CLUSTER_STOP_MS,
      );
      net.remove();
    },
  };
}

function restoredText({ restored, lost }: RestoredNames): string {
  const list = (names: readonly string[]) => names.slice(0, 5).join(', ');
  return lost.length > 0
    ? `${list(lost)} was replaced for good: the shell stands on it and may fail from now on.`
    : `${list(restored)} was replaced and is the language's own again, for the shell stands on it. Give yours another name.`;
}

function strayEnd(): UsageError {
  return new UsageError(
    'SHELL-102',
    'Code that no cell waits for (a timer, or a loop that was given up) held more than tspark.memory.heap allows, so what ran was ended. Clear its timers, and let go of what it holds.',
  );
}

function withRawMode(language: LanguageClient, rawMode: RawMode): EvaluatorOptions['language'] {
  return {
    analyse: rawMode.analyse(language),
    commit: (id, resultName) => language.commit(id, resultName),
    rollback: (id) => language.rollback(id),
    compileModule: (file) => language.compileModule(file),
  };
}

/** Once what a first line waits for is there, what a first job waits for: while somebody reads, or types. */
function startAhead(engine: Engine, rest: Promise<void>): void {
  void rest.then(() => setTimeout(() => engine.startAhead(), START_AHEAD_MS).unref());
}

function isEmbedded(master: string): boolean {
  return master.startsWith('local');
}

/** A cluster is there before anything runs on it; one that cannot be reached ends the shell. */
async function connected(engine: Engine, language: LanguageClient): Promise<void> {
  try {
    await engine.connected();
  } catch (error) {
    await Promise.all([engine.stop(), language.close()]);
    throw error;
  }
}

/** The habits need the shell, which is made after them. */
function habitsOf(shells: readonly Shell[], terminal: Terminal): Record<string, unknown> {
  return makeHabits({
    leave: () => shells[0]?.session.leave(),
    say: (text) => terminal.line(text),
  });
}

/** The type of `_`; null where the checker is not there yet or takes long. */
async function typeOfLast(language: LanguageClient): Promise<string | null> {
  if (!language.isWarm) return null;
  const asked = language.typeOf('_').catch(() => null);
  return (await settledWithin(asked, TYPE_MS)) ?? null;
}

/** The text of a cell, or of a file of the user's that was loaded. */
function sourceText(file: string, evaluator: Evaluator): string | null {
  const text = evaluator.sources.text(file);
  if (text !== null || !path.isAbsolute(file) || file.includes('/node_modules/')) return text;
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** The rc file, which may fail, then the file of `--init`. */
async function runStartFiles(
  options: ShellOptions,
  shell: Shell,
  terminal: Terminal,
): Promise<CellEnd> {
  const rc = rcFile();
  try {
    if (readTextFile(rc, MAX_RC_BYTES) !== null) await runStartFile(rc, shell);
  } catch (error) {
    terminal.line(`${rc} is left out: ${(error as Error).message}.`, 'err');
  }
  return options.init === null ? 'done' : runStartFile(options.init, shell);
}

async function runStartFile(file: string, shell: Shell): Promise<CellEnd> {
  try {
    return await shell.runFile(file);
  } catch (error) {
    shell.session.reportStray(error);
    return 'failed';
  }
}

async function settledWithin<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
