// Starts the type checker without being in the way: in slices, with the event loop's turn between them, so that a
// cell that is typed meanwhile overtakes it. Language service.
import type { CellSession } from './cell-session.js';
import type { Checker } from './checker.js';

/** A first program that makes the checker bind the libraries and the package's own types. */
const FIRST_CELL =
  "declare const sc: import('tspark').SparkContext; process.pid;" +
  'export const x = sc.parallelize([1]).map((n) => n + 1);';

/** How long a request may wait for the warm-up, except for the first check, which cannot be cut. */
const SLICE_MS = 15;

export class Warmup {
  readonly #session: CellSession;
  readonly #onWarm: () => void;
  #steps: Iterator<void> | null = null;
  #isDone = false;
  #isScheduled = false;

  constructor(session: CellSession, onWarm: () => void) {
    this.#session = session;
    this.#onWarm = onWarm;
  }

  start(): void {
    if (this.#isDone || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#slice());
  }

  /** Does the rest at once: a request needs types now. */
  finish(): void {
    while (!this.#isDone) this.#step();
  }

  stop(): void {
    this.#isDone = true;
  }

  #slice(): void {
    this.#isScheduled = false;
    const end = performance.now() + SLICE_MS;
    while (!this.#isDone && performance.now() < end) this.#step();
    this.start();
  }

  #step(): void {
    this.#steps ??= this.#work();
    if (this.#steps.next().done !== true) return;
    this.#isDone = true;
    this.#onWarm();
  }

  *#work(): Generator<void, void> {
    const checker = this.#session.createChecker();
    yield;
    yield* checker.preparse();
    yield* this.#firstProgram(checker);
    this.#session.startTypes(checker);
  }

  *#firstProgram(checker: Checker): Generator<void, void> {
    const fileName = this.#session.warmUpModule;
    checker.setRoot(fileName, FIRST_CELL);
    checker.service.getProgram();
    yield;
    checker.check(fileName);
    yield;
    checker.diagnostics(fileName);
    checker.removeFile(fileName);
    yield;
  }
}
