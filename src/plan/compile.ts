// Compiles loops and keeps them warm: the same shape with the same functions runs the same machine code.
// Runs in the worker. A loop is never shared by two stages with different functions: that would make V8's
// call sites polymorphic and several times slower.
import { comesInPages, type LoopShape, loopText } from './codegen.js';
import type { PageLoop, Run } from './loop.js';
import { inPages } from './page-loops.js';

type Make = (...functions: readonly Function[]) => Run;

interface Entry {
  readonly make: Make;
  functions: readonly Function[];
  run: Run;
}

/** A function of the user's may have replaced it before the task's next loop is looked up. */
const { stringify } = JSON;

const MAX_ENTRIES = 512;
/** With fewer none is forgotten soon, and it does not matter which was used last: to note it costs more than to find one. */
const MANY_ENTRIES = 256;

/** Least recently used loops are forgotten first. */
export class LoopCache {
  readonly #entries = new Map<string, Entry>();

  /** The loop for a shape over these functions; `keys` identify the functions across tasks. */
  get(shape: LoopShape, functions: readonly Function[], keys: readonly string[]): Run {
    // Shorter than the text, and quicker to make.
    const key = `${keys.join('|')}\n${stringify(shape)}`;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const make = makerOf(shape);
      entry = { make, functions, run: make(...functions) };
      this.#entries.set(key, entry);
      if (this.#entries.size > MAX_ENTRIES)
        this.#entries.delete(this.#entries.keys().next().value!);
      return entry.run;
    }
    if (this.#entries.size > MANY_ENTRIES) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    if (entry.functions.some((fn, i) => fn !== functions[i])) {
      entry.functions = functions;
      entry.run = entry.make(...functions);
    }
    return entry.run;
  }
}

function makerOf(shape: LoopShape): Make {
  const make = new Function(loopText(shape))() as (...functions: readonly Function[]) => unknown;
  return comesInPages(shape)
    ? (...functions) => inPages(make(...functions) as PageLoop, shape.source)
    : (make as Make);
}
