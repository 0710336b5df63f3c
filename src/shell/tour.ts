// Ten steps over the samples that the user types along with. Anything else may be typed in between; a step
// counts as taken when its line, or one that says the same, has run.
import type { Style } from './style.js';
import type { Terminal } from './terminal.js';
import { wrapWords } from './text-width.js';

export interface TourOutput {
  readonly terminal: Terminal;
  readonly style: Style;
}

interface Step {
  readonly text: string;
  /** What to type; a command or a cell. */
  readonly line: string;
}

export const STEPS: readonly Step[] = [
  {
    text: 'A file becomes an RDD of lines. Nothing is read yet: the prompt says what it is.',
    line: "const airlines = sc.textFile('samples/airlines.csv')",
  },
  {
    text: 'An action runs a job and is awaited by itself. Its value is printed, and is called _ afterwards.',
    line: 'airlines.take(3)',
  },
  {
    text: 'Transformations are lazy and are chained. Functions may use the variables around them.',
    line: "const fields = airlines.map(line => line.split(','))",
  },
  {
    text: 'Pairs [key, value] have the operations by key.',
    line: 'const byCountry = fields.map(f => [f[2], 1]).reduceByKey((a, b) => a + b)',
  },
  { text: 'The largest first.', line: 'byCountry.sortBy(pair => -pair[1]).take(5)' },
  { text: 'How would it be computed? Nothing is run.', line: '.plan byCountry' },
  { text: 'What does a method do? rdd? works for anything.', line: '.doc reduceByKey' },
  {
    text: 'A line that ends in & runs in the background; its name has the value when it is done.',
    line: 'const total = airlines.count() &',
  },
  { text: 'What ran, and what is kept: .jobs, .stages, .cache, .job 1.', line: '.jobs' },
  {
    text: 'The session as a program of its own, with imports and awaits. Leave with .exit or Ctrl-D.',
    line: '.save tour.ts',
  },
];

/** Where the user is in the tour; one a session. */
export class Tour {
  #at: number | null = null;

  get isOn(): boolean {
    return this.#at !== null;
  }

  /** Shows a step, or ends after the last one. */
  go(to: number, { terminal, style }: TourOutput): void {
    const step = STEPS[to];
    if (step === undefined) {
      this.#at = null;
      terminal.line(style.cyan('That was the tour. .help lists all commands.'), 'err');
      return;
    }
    this.#at = to;
    const head = style.cyan(`step ${to + 1} of ${STEPS.length}`);
    const hint = to === 0 ? ' (.tour next, back or stop)' : '';
    const text = wrapWords(`${head} · ${step.text}${hint}`, terminal.columns);
    terminal.line(`${text}\n    ${style.bold(step.line)}`, 'err');
  }

  next(shell: TourOutput): void {
    this.go((this.#at ?? -1) + 1, shell);
  }

  back(shell: TourOutput): void {
    this.go(Math.max((this.#at ?? 0) - 1, 0), shell);
  }

  stop(): void {
    this.#at = null;
  }

  /** A line was entered and has not failed: the step is taken if it was its line. */
  entered(line: string, shell: TourOutput): void {
    if (this.#at === null) return;
    if (plain(line) === plain(STEPS[this.#at]!.line)) this.next(shell);
  }
}

/** Blanks, quotes and a semicolon make no difference. */
function plain(line: string): string {
  return line.replace(/\s+/g, '').replaceAll('"', "'").replace(/;$/, '');
}
