// The shell at a terminal: the prompt stands first, the engine and the evaluator are loaded behind it.
import fs from 'node:fs';
import { onProcessExit } from '../process-exit.js';
import { bannerText } from './banner.js';
import type { ShellOptions } from './command-line.js';
import type { CellReader } from './editor/cell-reader.js';
import { type KnownWords, NOTHING_KNOWN } from './editor/colours.js';
import type { Completer } from './editor/completion.js';
import { History } from './editor/history.js';
import type { SignatureAsker } from './editor/signature-hint.js';
import { LineEditor } from './line-editor.js';
import { PlainReader } from './plain-reader.js';
import { promptLoop } from './prompt-loop.js';
import type { OpenShell } from './open-shell.js';
import { historyFile, isDumbTerminal, rcFile, usesColour } from './user-settings.js';
import { rawStream } from './streams.js';
import { Terminal } from './terminal.js';

const PROMPTS = { first: '>>> ', next: '... ' };
const SIGNAL_STATUS = { SIGTERM: 143, SIGHUP: 129 } as const;

export async function runPrompt(options: ShellOptions): Promise<number> {
  const isPlain = options.isPlain || isDumbTerminal();
  const terminal = new Terminal({
    out: rawStream(process.stdout),
    err: rawStream(process.stderr),
    canErase: !isPlain,
  });
  terminal.takeOver(process.stdout, process.stderr);
  if (!options.isQuiet) terminal.line(bannerText(options), 'err');
  const prompt = new Prompt(options, terminal, isPlain);
  return prompt.run();
}

class Prompt {
  readonly #options: ShellOptions;
  readonly #terminal: Terminal;
  readonly #reader: CellReader;
  readonly #history = new History(historyFile());
  #open: OpenShell | null = null;
  #opening: Promise<OpenShell> | null = null;

  constructor(options: ShellOptions, terminal: Terminal, isPlain: boolean) {
    this.#options = options;
    this.#terminal = terminal;
    this.#reader = isPlain ? this.#plainReader() : this.#editor();
    const { problem } = this.#history;
    if (problem !== null) terminal.line(problem, 'err');
    this.#handleSignals();
  }

  async run(): Promise<number> {
    const opening = this.#openShell();
    this.#opening = opening;
    // What runs before the prompt has to be done before it stands there.
    const isReadyFirst = this.#options.init !== null || fs.existsSync(rcFile());
    try {
      if (isReadyFirst) await opening;
      const shell = opening.then((open) => open.shell.commands);
      const failure = new Promise<never>((_, reject) => shell.catch(reject));
      await Promise.race([promptLoop({ reader: this.#reader, shell }), failure]);
      return 0;
    } catch (error) {
      this.#terminal.line(error instanceof Error ? error.message : String(error), 'err');
      return 1;
    } finally {
      this.#restore();
      await this.#open?.close();
    }
  }

  #editor(): LineEditor {
    const terminal = this.#terminal;
    const editor = new LineEditor({
      input: process.stdin,
      terminal,
      history: this.#history,
      prompts: PROMPTS,
      complete: this.#complete,
      signature: this.#signature,
      known: this.#hasColour ? this.#known : null,
      onInterrupt: () => this.#interrupt(),
    });
    process.stdout.on('resize', () => {
      terminal.resized();
      editor.redraw();
    });
    return editor;
  }

  #plainReader(): PlainReader {
    return new PlainReader({
      input: process.stdin,
      terminal: this.#terminal,
      prompts: PROMPTS,
      complete: this.#complete,
    });
  }

  /** Before the shell is there the answer waits for it. */
  readonly #complete: Completer = async (text, cursor) =>
    (this.#open ?? (await this.#opening))?.complete(text, cursor) ?? null;

  readonly #signature: SignatureAsker = async (text, cursor) =>
    (this.#open ?? (await this.#opening))?.signature(text, cursor) ?? null;

  readonly #known: KnownWords = {
    isName: (name) => (this.#open?.known ?? NOTHING_KNOWN).isName(name),
    isCommand: (name) => (this.#open?.known ?? NOTHING_KNOWN).isCommand(name),
  };

  get #hasColour(): boolean {
    return usesColour(this.#options, process.stdout);
  }

  async #openShell(): Promise<OpenShell> {
    // The prompt is drawn before this thread is busy with loading.
    await new Promise((resolve) => setImmediate(resolve));
    const { startLanguage } = await import('./start-language.js');
    const language = startLanguage(this.#options, true);
    const { openShell } = await import('./open-shell.js');
    this.#open = await openShell({
      options: this.#options,
      language,
      terminal: this.#terminal,
      history: this.#history,
      isPrompt: true,
      hasColour: this.#hasColour,
      setRaw: (isRaw) => this.#reader.setRaw(isRaw),
    });
    return this.#open;
  }

  #interrupt(): void {
    const shell = this.#open?.shell;
    const isBusy = shell?.session.isBusy === true;
    if (!isBusy) this.#reader.drop?.();
    shell?.interrupts.press(isBusy);
  }

  #handleSignals(): void {
    process.on('SIGINT', () => this.#interrupt());
    for (const [signal, status] of Object.entries(SIGNAL_STATUS)) {
      process.on(signal, () => process.exit(status));
    }
    onProcessExit(() => this.#restore());
  }

  #restore(): void {
    this.#reader.close();
    this.#terminal.close();
  }
}
