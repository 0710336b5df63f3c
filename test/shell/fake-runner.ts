// Stands in for the evaluator: answers by the text of the cell, and can be left waiting.
import type {
  BackgroundOptions,
  BackgroundRun,
  CellRunner,
  RunOptions,
} from '#dist/shell/cell-runner.js';
import type { CellOutcome } from '#dist/shell/evaluate/outcome.js';

type Answer = CellOutcome | (() => CellOutcome | Promise<CellOutcome>);

export class FakeRunner implements CellRunner {
  readonly seen: { text: string; options: RunOptions }[] = [];
  readonly answers: Record<string, Answer>;
  /** The names that values of the background got. */
  readonly named: (string | null)[] = [];
  #interrupt: (() => void) | null = null;

  constructor(answers: Record<string, Answer> = {}) {
    this.answers = answers;
  }

  async run(text: string, options: RunOptions): Promise<CellOutcome> {
    this.seen.push({ text, options });
    const answer = this.answers[text];
    if (answer === undefined)
      return { kind: 'value', value: undefined, hasValue: false, warnings: [] };
    const interrupted = new Promise<CellOutcome>((resolve) => {
      this.#interrupt = () => resolve({ kind: 'interrupted', reason: 'interrupt' });
    });
    return Promise.race([interrupted, typeof answer === 'function' ? answer() : answer]);
  }

  async start(text: string, options: BackgroundOptions): Promise<BackgroundRun> {
    let abandon = () => {};
    const abandoned = new Promise<CellOutcome>((resolve) => {
      abandon = () => resolve({ kind: 'interrupted', reason: 'interrupt' });
    });
    const answer = this.answers[text.trim()] ?? { kind: 'incomplete' };
    let answered: CellOutcome | Promise<CellOutcome> = { kind: 'incomplete' };
    options.within(() => {
      answered = typeof answer === 'function' ? answer() : answer;
    });
    const outcome = Promise.race([abandoned, answered]).then((end) => {
      if (end.kind === 'value' && end.value !== undefined)
        this.named.push(options.nameOf(end.value));
      return end;
    });
    await Promise.race([outcome, new Promise((resolve) => setImmediate(resolve))]);
    return { outcome, abandon };
  }

  interrupt(): void {
    this.#interrupt?.();
  }
}

export function value(of: unknown): CellOutcome {
  return { kind: 'value', value: of, hasValue: true, warnings: [] };
}
