// The settings that PySpark's Hadoop methods take as a dict: by their names of today and of before. Driver only.
import { UsageError } from '../errors.js';
import { describeValue } from '../values/describe.js';

/** Settings of Hadoop by name: a Map, as for a dict, or a plain object. */
export type HadoopSettings = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** Hadoop's old name of each setting, which means the same. */
const OLD_NAME = {
  'mapreduce.input.fileinputformat.inputdir': 'mapred.input.dir',
  'mapreduce.output.fileoutputformat.outputdir': 'mapred.output.dir',
  'mapreduce.output.fileoutputformat.compress': 'mapred.output.compress',
  'mapreduce.output.fileoutputformat.compress.codec': 'mapred.output.compression.codec',
  'mapreduce.output.fileoutputformat.compress.type': 'mapred.output.compression.type',
  'mapreduce.output.textoutputformat.separator': 'mapred.textoutputformat.separator',
  'mapreduce.input.keyvaluelinerecordreader.key.value.separator':
    'key.value.separator.in.input.line',
  'mapreduce.job.output.key.class': 'mapred.output.key.class',
  'mapreduce.job.output.value.class': 'mapred.output.value.class',
  'mapreduce.job.outputformat.class': null,
  'mapred.output.format.class': null,
  'textinputformat.record.delimiter': null,
} as const;

export type HadoopSetting = keyof typeof OLD_NAME;

export class HadoopConf {
  readonly #settings: ReadonlyMap<string, unknown>;

  constructor(settings: unknown, operation: string) {
    this.#settings = toMap(settings, operation);
  }

  /** The value of a setting; null where it is not given or empty. */
  get(name: HadoopSetting): string | null {
    const old = OLD_NAME[name];
    const value = this.#settings.get(name) ?? (old === null ? undefined : this.#settings.get(old));
    return value === undefined || value === null || value === '' ? null : String(value);
  }

  /** The value of a setting that must be given. */
  require(name: HadoopSetting, operation: string, what: string): string {
    const value = this.get(name);
    if (value !== null) return value;
    throw new UsageError(
      'RDD-101',
      `${operation}: ${what} is not set. Give it in the settings as '${name}'.`,
    );
  }
}

function toMap(settings: unknown, operation: string): ReadonlyMap<string, unknown> {
  if (settings === undefined || settings === null) return new Map();
  if (settings instanceof Map) return settings as Map<string, unknown>;
  if (Object.getPrototypeOf(Object(settings)) === Object.prototype)
    return new Map(Object.entries(settings as object));
  throw new UsageError(
    'RDD-101',
    `${operation} takes its settings as a Map or a plain object, not ${describeValue(settings)}.`,
  );
}
