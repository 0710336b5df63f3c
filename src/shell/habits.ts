// What people type who come from pyspark: `print(x)`, `len(x)`, `help(x)`, `exit()`, `spark`. Each works, or says
// how it is done here. They are names of the prompt like `sc`: cells may declare them again.
import { inspect } from 'node:util';
import { DRIVER_ONLY } from '../closure/payload.js';

export interface HabitActions {
  /** Ends the prompt once the cell is done. */
  leave(): void;
  say(text: string): void;
}

const HELP_TEXT = `.help lists the commands of the prompt, Tab completes, .type expression tells a type.`;

/** The values of the names. */
export function makeHabits(actions: HabitActions): Record<string, unknown> {
  return {
    // Captures nothing, so that rdd.foreach(print) can travel.
    print: (...values: unknown[]) => console.log(...values),
    len,
    help: (value?: unknown) => actions.say(value === undefined ? HELP_TEXT : helpOn(value)),
    exit: () => actions.leave(),
    quit: () => actions.leave(),
    spark: {
      [inspect.custom]: () =>
        'There is no SparkSession yet: sc is the SparkContext, ssc the StreamingContext.',
    },
  };
}

/** Python's `len`, for what has a length here; for an RDD the way that asks the engine. */
export function len(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  if (isObject(value) && DRIVER_ONLY in value) {
    throw new TypeError(
      `${String(value[DRIVER_ONLY])} has no length that is known without a job: use .count().`,
    );
  }
  if (isObject(value) && typeof value.length === 'number') return value.length;
  if (isObject(value)) return Object.keys(value).length;
  throw new TypeError(`${inspect(value)} has no length.`);
}

function helpOn(value: unknown): string {
  if (!isObject(value) && typeof value !== 'function') return `${typeof value}\n${HELP_TEXT}`;
  if (typeof value === 'function')
    return `function ${value.name || '(anonymous)'}, ${value.length} parameters\n${HELP_TEXT}`;
  const prototype = Object.getPrototypeOf(value) as object | null;
  const methods = prototype === null ? [] : publicMethods(prototype);
  const name = prototype?.constructor.name ?? 'object';
  return methods.length === 0
    ? `${name}\n${HELP_TEXT}`
    : `${name}: ${methods.join(', ')}\n${HELP_TEXT}`;
}

function publicMethods(prototype: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, property]) => name !== 'constructor' && typeof property.value === 'function')
    .map(([name]) => name)
    .sort();
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
