// A whole shell over fakes: a screen, a keyboard, an engine that only emits events, and an evaluator with answers.
import { EventBus } from '#dist/events.js';
import type { CachedRdd } from '#dist/scheduler/plan-description.js';
import type { BatchFrame } from '#dist/shell/batch-lines.js';
import { History } from '#dist/shell/editor/history.js';
import type { TypesMode } from '#dist/shell/commands/command.js';
import type { Documentation, SavedProgram } from '#dist/shell/language/protocol.js';
import { LineEditor } from '#dist/shell/line-editor.js';
import { promptLoop } from '#dist/shell/prompt-loop.js';
import { Shell } from '#dist/shell/shell.js';
import { PLAIN_STYLE } from '#dist/shell/style.js';
import { Terminal } from '#dist/shell/terminal.js';
import { FakeRunner } from './fake-runner.js';
import { KEY, Keyboard, settle } from './keyboard.js';
import { Screen } from './screen.js';

export class FakeShell {
  readonly screen: Screen;
  readonly keyboard = new Keyboard();
  readonly events = new EventBus();
  readonly cancelled: number[] = [];
  /** What the engine would number the next job. */
  nextNumber = 90;
  readonly runner: FakeRunner;
  readonly shell: Shell;
  readonly terminal: Terminal;
  readonly history = new History(null);
  readonly typesSetting: { mode: TypesMode } = { mode: 'error' };
  cached: readonly CachedRdd[] = [];
  /** What the language thread makes of the session. */
  program: SavedProgram = { body: '', used: [], declared: [] };
  readonly types: Record<string, string> = { n: 'number' };
  /** What the type checker knows, by the text it is asked about. */
  readonly documentation: Record<string, Documentation> = {};
  readonly ended: Promise<void>;
  printFrame: (frame: BatchFrame) => void = () => {};

  constructor(answers: FakeRunner['answers'] = {}, columns = 80) {
    this.screen = new Screen(columns, 24);
    this.terminal = new Terminal({ out: this.screen, err: this.screen, canErase: true });
    this.runner = new FakeRunner(answers);
    this.shell = new Shell({
      terminal: this.terminal,
      style: PLAIN_STYLE,
      engine: {
        events: this.events,
        cancelJobs: (ids) => this.cancelled.push(...ids),
        settings: { master: 'local[2]', appName: 'test', conf: [], batchSeconds: 1 },
        cached: async () => this.cached,
        takeJobNumber: () => this.nextNumber++,
        streams: () => [],
        closeStream: () => null,
        printFrames: (print) => {
          this.printFrame = print;
        },
        stop: async () => {},
      },
      runner: this.runner,
      history: this.history,
      isPrompt: true,
      isQuiet: false,
      typeOf: async (expression) => this.types[expression] ?? null,
      documentation: async (text) => this.documentation[text] ?? null,
      typeOfLast: async () => null,
      types: this.typesSetting,
      savedProgram: async () => this.program,
      asJavaScript: async (text) => text,
      source: (file) => (file === 'cell-4.ts' ? "airlines.map(l =>\n  l.foo.split(','))" : null),
      placeOf: () => null,
      names: () => ['airlines', 'sc'],
      frames: () => [],
    });
    const reader = new LineEditor({
      input: this.keyboard,
      terminal: this.terminal,
      history: this.history,
      prompts: { first: '>>> ', next: '... ' },
      complete: null,
      signature: null,
      known: null,
      onInterrupt: () => this.shell.interrupts.press(this.shell.session.isBusy),
    });
    this.ended = promptLoop({ reader, shell: Promise.resolve(this.shell.commands) }).finally(() => {
      reader.close();
      this.shell.close();
      this.terminal.close();
    });
  }

  /** Types lines, each with Enter, and waits for what comes of them. */
  async type(...lines: string[]): Promise<void> {
    for (const line of lines) await this.keyboard.press(line, '\r');
    await settle();
  }

  /** Ends the session and leaves, whatever is running or typed. */
  async leave(): Promise<void> {
    this.shell.session.leave();
    await this.keyboard.press(KEY.ctrlC, KEY.ctrlD);
    this.keyboard.end();
    await settle();
  }
}
