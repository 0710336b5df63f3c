// Loops over columns of numbers, one function for each formula, so that V8 keeps every one of them optimised.
// Runs in workers.
import type { NumberMeaning, Test } from './meaning.js';
import { meaningKey } from './meaning-kinds.js';

/** `fill(f64, inputs, n, out)`: indices of f64; `out[i]` from the i-th value of every input. */
export interface NumberFormula {
  /** The numbers that must be there as columns. */
  readonly leaves: readonly NumberMeaning[];
  readonly fill: (f64: Float64Array, inputs: readonly number[], n: number, out: number) => void;
}

export interface TestFormula {
  readonly leaves: readonly NumberMeaning[];
  readonly fill: (
    f64: Float64Array,
    inputs: readonly number[],
    n: number,
    flags: Uint8Array,
    out: number,
  ) => void;
}

const MAX_KEPT = 256;

/** Compiles formulas and keeps them. One for each worker. */
export class Formulas {
  readonly #kept = new Map<string, NumberFormula | TestFormula>();

  number(meaning: NumberMeaning): NumberFormula {
    return this.#formula(meaning, () => {
      const writer = new FormulaWriter();
      const value = writer.number(meaning);
      return compile(writer, 'out', `f64[out + i] = ${value};`);
    }) as NumberFormula;
  }

  test(test: Test): TestFormula {
    return this.#formula(test, () => {
      const writer = new FormulaWriter();
      const value = writer.test(test);
      return compile(writer, 'flags, out', `flags[out + i] = ${value} ? 1 : 0;`);
    }) as TestFormula;
  }

  #formula(meaning: object, make: () => NumberFormula | TestFormula): NumberFormula | TestFormula {
    const key = meaningKey(meaning);
    let found = this.#kept.get(key);
    if (found === undefined) {
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      found = make();
      this.#kept.set(key, found);
    }
    return found;
  }
}

function compile(
  writer: FormulaWriter,
  outputs: string,
  each: string,
): NumberFormula | TestFormula {
  const { leaves } = writer;
  const locals = leaves.map((_, i) => `const b${i} = inputs[${i}];`).join(' ');
  const body = `${locals} for (let i = 0; i < n; i++) ${each}`;
  const fill = new Function('f64', 'inputs', 'n', ...outputs.split(', '), body);
  return { leaves, fill: fill as never };
}

/** Formulas as JavaScript. Only numbers and the operators of the reader's own lists reach the text. */
class FormulaWriter {
  readonly leaves: NumberMeaning[] = [];
  readonly #leafByKey = new Map<string, number>();

  number(meaning: NumberMeaning): string {
    switch (meaning.kind) {
      case 'constant':
        return literal(meaning.value);
      case 'negative':
        return `(-${this.number(meaning.of)})`;
      case 'arithmetic':
        return `(${this.number(meaning.left)} ${meaning.operator} ${this.number(meaning.right)})`;
      case 'math':
        return `Math.${meaning.name}(${meaning.args.map((arg) => this.number(arg)).join(', ')})`;
      case 'choice':
        return `(${this.test(meaning.test)} ? ${this.number(meaning.yes)} : ${this.number(meaning.no)})`;
      default:
        return this.#leaf(meaning);
    }
  }

  test(test: Test): string {
    switch (test.kind) {
      case 'always':
        return String(test.value);
      case 'compare':
        return `(${this.number(test.left)} ${test.operator} ${this.number(test.right)})`;
      case 'not':
        return `(!${this.test(test.test)})`;
      case 'and':
        return `(${this.test(test.left)} && ${this.test(test.right)})`;
      case 'or':
        return `(${this.test(test.left)} || ${this.test(test.right)})`;
      default:
        throw new TypeError(`a ${test.kind} is no part of a formula`);
    }
  }

  #leaf(meaning: NumberMeaning): string {
    const key = meaningKey(meaning);
    let index = this.#leafByKey.get(key);
    if (index === undefined) {
      index = this.leaves.push(meaning) - 1;
      this.#leafByKey.set(key, index);
    }
    return `f64[b${index} + i]`;
  }
}

/** In parentheses: `-1 ** 2` and `- -1` would be something else without. */
function literal(value: number): string {
  return `(${Object.is(value, -0) ? '-0' : String(value)})`;
}
