// SparkConf and the settings it holds: PySpark's methods, sizes and durations as text, the table of known keys.
// Runs on the driver; knows nothing of the engine.
import { UsageError } from './errors.js';

/** One setting tspark reads. `value` is the text that counts where the user set nothing; null means unset. */
export interface KnownSetting {
  readonly value: string | null;
  readonly what: string;
}

/** Every key tspark reads. Spark's own names where one exists, `tspark.` for what Spark has no name for. */
export const KNOWN_SETTINGS = {
  'spark.app.name': { value: 'tspark', what: 'Name of the application.' },
  'spark.checkpoint.dir': { value: null, what: 'Folder for RDD.checkpoint().' },
  'spark.default.parallelism': {
    value: null,
    what: 'Partitions of parallelize and shuffles where none are given.',
  },
  'spark.driver.maxResultSize': {
    value: '1g',
    what: 'Most bytes one action may bring to the driver; 0 for no limit.',
  },
  'spark.local.dir': { value: null, what: 'Folder for spilled and disk blocks.' },
  'spark.master': { value: 'local[*]', what: 'local, local[N] or local[*].' },
  'spark.streaming.backpressure.enabled': {
    value: 'true',
    what: 'Whether sources bring no more than can be processed; Spark has it off.',
  },
  'spark.streaming.backpressure.initialRate': {
    value: '10000',
    what: 'Records a second of a source before anything was measured.',
  },
  'spark.streaming.backpressure.pid.minRate': {
    value: '1000',
    what: 'Records a second of a source that are let through whatever happens.',
  },
  'spark.streaming.receiver.maxRate': {
    value: null,
    what: 'Records a second of a source never to be exceeded.',
  },
  'spark.redaction.regex': {
    value: 'secret|password|passwd|token|credential|access[.]?key|private[.]?key|api[.]?key',
    what: 'Settings whose key or value this matches, in upper or lower case, are masked where they are shown.',
  },
  'spark.task.maxFailures': { value: '4', what: 'Attempts of a task before its job fails.' },
  'tspark.bytePath': {
    value: 'on',
    what: 'Whether functions that say something simple of lines of text run on bytes; off to compare.',
  },
  'tspark.chaos': {
    value: null,
    what: 'Seed of faults that are injected on purpose, to test the engine: dead workers, lost blocks, failing disks, tables in files.',
  },
  'tspark.closure.broadcastThreshold': {
    value: '100k',
    what: 'Captured values above this size are broadcast.',
  },
  'tspark.memory.blocks': {
    value: null,
    what: 'Budget of shared memory for blocks; 40 % of the machine if unset.',
  },
  'tspark.memory.execution': {
    value: null,
    what: 'Memory for tables and sorts of tasks, all workers together, beyond which they go to spark.local.dir; half of tspark.memory.blocks if unset.',
  },
  'tspark.memory.heap': {
    value: '1g',
    what: 'Memory that user functions may hold, all workers together, and a cell at the prompt; who holds more is ended.',
  },
  'tspark.streaming.checkpoint.interval': {
    value: '10',
    what: 'Least seconds from one checkpoint of the streams to the next.',
  },
  'tspark.streaming.checkpoint.reset': {
    value: null,
    what: 'Operators, separated by commas, whose state in a checkpoint is dropped.',
  },
  'tspark.streaming.receiver.maxBytes': {
    value: '256m',
    what: 'Received data of one source that waits to be processed; then its sender waits.',
  },
} as const satisfies Record<string, KnownSetting>;

export type KnownKey = keyof typeof KNOWN_SETTINGS;

const REDACTED = '*********(redacted)';

/** What `SparkContext.setSystemProperty` set: defaults of every later SparkConf. */
export class SystemProperties {
  static readonly #values = new Map<string, string>();

  static set(key: string, value: string): void {
    SystemProperties.#values.set(key, value);
  }

  static get(key: string): string | null {
    return SystemProperties.#values.get(key) ?? null;
  }

  static sparkEntries(): [string, string][] {
    return [...SystemProperties.#values].filter(([key]) => key.startsWith('spark.'));
  }
}

/**
 * Settings of an application as text by key.
 *
 * **Source** `pyspark.SparkConf` 4.3; values are kept as text, `get` of a missing key is `null`.
 */
export class SparkConf {
  readonly #values = new Map<string, string>();

  /**
   * Makes an empty configuration, or with `loadDefaults` one that holds the system properties
   * whose names begin with `spark.`.
   *
   * **Example**
   * ```ts
   * const conf = new SparkConf().setMaster('local[2]').setAppName('demo');
   * ```
   */
  constructor(loadDefaults = true) {
    if (loadDefaults) this.setAll(SystemProperties.sparkEntries());
  }

  /** Sets a key; the value is kept as text. **Source** `SparkConf.set`. */
  set(key: string, value: string | number | boolean): this {
    if (typeof key !== 'string' || key === '') {
      throw new UsageError(
        'CONF-101',
        `A configuration key must be a text that is not empty, not ${String(key)}.`,
      );
    }
    if (value === null || value === undefined) {
      throw new UsageError(
        'CONF-101',
        `The configuration key ${key} needs a value; it was set to ${String(value)}.`,
      );
    }
    this.#values.set(key, String(value));
    return this;
  }

  /** Sets a key that has no value yet. **Source** `SparkConf.setIfMissing`. */
  setIfMissing(key: string, value: string | number | boolean): this {
    return this.#values.has(key) ? this : this.set(key, value);
  }

  /** Sets several keys from `[key, value]` pairs. **Source** `SparkConf.setAll`. */
  setAll(pairs: Iterable<readonly [string, string | number | boolean]>): this {
    for (const [key, value] of pairs) this.set(key, value);
    return this;
  }

  /** Sets the master: `local`, `local[N]` or `local[*]`. **Source** `SparkConf.setMaster`. */
  setMaster(value: string): this {
    return this.set('spark.master', value);
  }

  /** Sets the application's name. **Source** `SparkConf.setAppName`. */
  setAppName(value: string): this {
    return this.set('spark.app.name', value);
  }

  /** Sets `spark.home`, which tspark does not use. **Source** `SparkConf.setSparkHome`. */
  setSparkHome(value: string): this {
    return this.set('spark.home', value);
  }

  /** Sets environment variables of the executors: one by key and value, or `pairs`. **Source** `SparkConf.setExecutorEnv`. */
  setExecutorEnv(
    key?: string | null,
    value?: string | null,
    pairs?: Iterable<readonly [string, string]> | null,
  ): this {
    const hasKey = key !== undefined && key !== null;
    const hasPairs = pairs !== undefined && pairs !== null;
    if (hasKey === hasPairs) {
      throw new UsageError('CONF-101', 'setExecutorEnv needs either a key and a value, or pairs.');
    }
    if (hasKey) this.set(`spark.executorEnv.${key}`, value ?? '');
    for (const [name, text] of pairs ?? []) this.set(`spark.executorEnv.${name}`, text);
    return this;
  }

  /** The value of a key, else `defaultValue`, else null. **Source** `SparkConf.get`. */
  get(key: string): string | null;
  get<D extends string | null>(key: string, defaultValue: D): string | D;
  get(key: string, defaultValue: string | null = null): string | null {
    return this.#values.get(key) ?? defaultValue;
  }

  /** All pairs that were set. **Source** `SparkConf.getAll`. */
  getAll(): [string, string][] {
    return [...this.#values];
  }

  /** Whether the key was set. **Source** `SparkConf.contains`. */
  contains(key: string): boolean {
    return this.#values.has(key);
  }

  /** `key=value`, one a line, sorted; secrets are masked. **Source** `SparkConf.toDebugString`. */
  toDebugString(): string {
    const secret = secretPattern(this);
    return this.getAll()
      .map(([key, value]) => `${key}=${secret.test(key) || secret.test(value) ? REDACTED : value}`)
      .sort()
      .join('\n');
  }

  /** A copy that changes on its own. */
  clone(): SparkConf {
    return new SparkConf(false).setAll(this.getAll());
  }

  toString(): string {
    return `SparkConf(${this.#values.size} keys)`;
  }
}

/** What `spark.redaction.regex` says; Spark's `(?i)` in front of it is allowed. */
function secretPattern(conf: SparkConf): RegExp {
  const text = settingOf(conf, 'spark.redaction.regex') ?? '';
  try {
    return new RegExp(text.replace(/^\(\?i\)/, ''), 'i');
  } catch (error) {
    throw new UsageError(
      'CONF-101',
      `spark.redaction.regex is "${text}", which is no regular expression: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}

/** The value of a key that tspark knows: what was set, else its default. */
export function settingOf(conf: SparkConf, key: KnownKey): string | null {
  return conf.get(key, KNOWN_SETTINGS[key].value);
}

const SIZE_UNITS: Record<string, number> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5,
};

/** Bytes of a size as Spark writes it: `512k`, `128m`, `2g`, `1tb`; a bare number is bytes. */
export function parseSize(text: string, key = 'a size'): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([bkmgtp])?(?:i?b)?\s*$/i.exec(text);
  const unit = SIZE_UNITS[(match?.[2] ?? 'b').toLowerCase()];
  if (match === null || unit === undefined) {
    throw new UsageError(
      'CONF-101',
      `${key} is "${text}", which is not a size. Write a number and a unit, such as 512k, 128m or 2g.`,
    );
  }
  return Math.floor(Number(match[1]) * unit);
}

const DURATION_UNITS_MS: Record<string, number> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a duration as Spark writes it: `100ms`, `5s`, `2min`, `1h`; a bare number is milliseconds. */
export function parseDuration(text: string, key = 'a duration'): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|m|h|d)?\s*$/i.exec(text);
  const unit = DURATION_UNITS_MS[(match?.[2] ?? 'ms').toLowerCase()];
  if (match === null || unit === undefined) {
    throw new UsageError(
      'CONF-101',
      `${key} is "${text}", which is not a duration. Write a number and a unit, such as 100ms, 5s or 2min.`,
    );
  }
  return Number(match[1]) * unit;
}

/** One sentence for each `tspark.` key that tspark does not know, with the nearest one that it knows. */
export function unknownKeyWarnings(conf: SparkConf): string[] {
  const own = Object.keys(KNOWN_SETTINGS).filter((key) => key.startsWith('tspark.'));
  return conf
    .getAll()
    .filter(([key]) => key.startsWith('tspark.') && !own.includes(key))
    .map(([key]) => {
      const nearest = own.reduce((best, name) =>
        distance(key, name) < distance(key, best) ? name : best,
      );
      const hint = distance(key, nearest) <= 6 ? ` Did you mean ${nearest}?` : '';
      return `The configuration key ${key} is not known and has no effect.${hint}`;
    });
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
