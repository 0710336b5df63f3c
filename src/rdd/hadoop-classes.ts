// Hadoop's formats and Writables by Java class name, as PySpark programs give them. Driver only.
import { UsageError } from '../errors.js';
import { unknownWritable, writableOfClass, type WritableName } from '../io/writables.js';
import { describeValue } from '../values/describe.js';

/** Hadoop has two packages of formats, each for methods of its own. */
export type HadoopApi = 'mapred' | 'mapreduce';
export type FormatKind = 'text' | 'key-value-text' | 'sequence-file';

type FormatTable = Readonly<Record<string, FormatKind>>;

const INPUT_NAMES: FormatTable = {
  TextInputFormat: 'text',
  KeyValueTextInputFormat: 'key-value-text',
  SequenceFileInputFormat: 'sequence-file',
};
const OUTPUT_NAMES: FormatTable = {
  TextOutputFormat: 'text',
  SequenceFileOutputFormat: 'sequence-file',
};

/** What a class is asked for: by which operation, in which of the two packages. */
export interface Asked {
  readonly operation: string;
  readonly api: HadoopApi;
}

export function inputFormat(className: unknown, asked: Asked): FormatKind {
  const path = { mapred: '', mapreduce: 'lib.input.' }[asked.api];
  return find(className, INPUT_NAMES, path, {
    ...asked,
    instead: 'Use sc.textFile(path) for lines, or sc.binaryFiles(path) for bytes.',
  });
}

export function outputFormat(className: unknown, asked: Asked): FormatKind {
  const path = { mapred: '', mapreduce: 'lib.output.' }[asked.api];
  return find(className, OUTPUT_NAMES, path, {
    ...asked,
    instead: 'Use saveAsTextFile(path) for lines, or saveAsObjectFile(path) for any data.',
  });
}

function find(
  className: unknown,
  names: FormatTable,
  path: string,
  { operation, api, instead }: Asked & { readonly instead: string },
): FormatKind {
  const prefix = `org.apache.hadoop.${api}.${path}`;
  if (typeof className !== 'string' || className === '') {
    throw new UsageError(
      'RDD-101',
      `${operation} needs the class name of a format, such as '${prefix}${Object.keys(names)[0]}', not ${describeValue(className)}.`,
    );
  }
  const name = className.startsWith(prefix) ? className.slice(prefix.length) : '';
  if (Object.hasOwn(names, name)) return names[name]!;
  const known = Object.keys(names).map((short) => prefix + short);
  throw new UsageError(
    'IO-115',
    `${operation} cannot use the Java class ${className}. It knows ${known.join(', ')}. ${instead}`,
    { details: { className } },
  );
}

/** The Writable of a class name; null where none is given. */
export function writableClass(className: unknown, operation: string): WritableName | null {
  if (className === undefined || className === null || className === '') return null;
  const name = typeof className === 'string' ? writableOfClass(className) : null;
  if (name !== null) return name;
  throw unknownWritable(String(className), operation);
}

/** Converters are code of the user's in Java. */
export function refuseConverters(operation: string, converters: readonly unknown[]): void {
  const given = converters.find((name) => name !== undefined && name !== null && name !== '');
  if (given === undefined) return;
  throw new UsageError(
    'IO-115',
    `${operation} cannot run the Java converter ${String(given)}. Leave it out and convert the pairs with .map(([key, value]) => …).`,
    { details: { className: String(given) } },
  );
}
