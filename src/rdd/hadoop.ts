// Reads and writes by Hadoop's formats: what PySpark's methods that name Java classes mean here. Driver only.
import { UsageError } from '../errors.js';
import { parseCodec } from '../io/codec.js';
import type { OutputFormat } from '../io/output-format.js';
import type { Codec, FileFormat } from '../io/split.js';
import { noWritable, pairOf, type WritableName, writableOfValue } from '../io/writables.js';
import type { Job } from '../job.js';
import type { LineageNode } from '../lineage/node.js';
import type { ActionRun } from './action-run.js';
import { takeRecords } from './actions.js';
import { checkPath } from './arguments.js';
import type { Engine } from './engine.js';
import {
  type FormatKind,
  type HadoopApi,
  inputFormat,
  outputFormat,
  refuseConverters,
  writableClass,
} from './hadoop-classes.js';
import { HadoopConf } from './hadoop-settings.js';
import { saveNode } from './save-job.js';
import { files } from './sources.js';

/** What the methods of one package share; each value as the user gave it. */
interface HadoopCall {
  readonly operation: string;
  readonly api: HadoopApi;
  /** Undefined where the settings name the path or the format. */
  readonly path?: unknown;
  readonly format?: unknown;
  readonly keyClass?: unknown;
  readonly valueClass?: unknown;
  readonly converters: readonly unknown[];
  readonly conf?: unknown;
}

export interface HadoopInput extends HadoopCall {
  readonly minPartitions?: unknown;
}

export interface HadoopOutput extends HadoopCall {
  readonly codec?: unknown;
}

const TEXT_SEPARATOR = '\t';
const SEPARATOR_OUT = 'mapreduce.output.textoutputformat.separator';
const SEPARATOR_IN = 'mapreduce.input.keyvaluelinerecordreader.key.value.separator';

export function hadoopInput(engine: Engine, call: HadoopInput): LineageNode {
  const { operation, api } = call;
  refuseConverters(operation, call.converters);
  const kind = inputFormat(call.format, call);
  // Known names only, though the files say what they hold.
  writableClass(call.keyClass, operation);
  writableClass(call.valueClass, operation);
  const conf = new HadoopConf(call.conf, operation);
  const path =
    'path' in call
      ? call.path
      : conf.require('mapreduce.input.fileinputformat.inputdir', operation, 'the input path');
  // The newer package cuts files at blocks only.
  const minPartitions = api === 'mapreduce' ? 1 : call.minPartitions;
  return files(engine, operation, path, minPartitions, fileFormat(kind, conf, operation));
}

function fileFormat(kind: FormatKind, conf: HadoopConf, operation: string): FileFormat {
  if (kind === 'sequence-file') return { kind: 'sequence-file' };
  const delimiter = conf.get('textinputformat.record.delimiter');
  if (delimiter !== null) {
    throw new UsageError(
      'RDD-101',
      `${operation} cannot end lines by ${JSON.stringify(delimiter)} (textinputformat.record.delimiter). ` +
        'Use sc.wholeTextFiles(path) and split the text of each file.',
    );
  }
  if (kind === 'text') return { kind: 'line-pairs', separator: null };
  // Hadoop looks at the first character only.
  return { kind: 'line-pairs', separator: (conf.get(SEPARATOR_IN) ?? TEXT_SEPARATOR).charAt(0) };
}

export function hadoopSave(engine: Engine, node: LineageNode, call: HadoopOutput): Job<void> {
  const { operation, api } = call;
  refuseConverters(operation, call.converters);
  const conf = new HadoopConf(call.conf, operation);
  const kind = outputFormat(call.format ?? formatOf(conf, api), call);
  const keyClass = call.keyClass ?? conf.get('mapreduce.job.output.key.class');
  const valueClass = call.valueClass ?? conf.get('mapreduce.job.output.value.class');
  const classes = {
    keyClass: writableClass(keyClass, operation),
    valueClass: writableClass(valueClass, operation),
  };
  const path =
    'path' in call
      ? checkPath(call.path, operation)
      : conf.require('mapreduce.output.fileoutputformat.outputdir', operation, 'the output path');
  const codec = outputCodec(call.codec, conf, kind);
  const prefix = api === 'mapreduce' ? 'part-r-' : 'part-';
  return engine.action(operation, async (run) => {
    const format: OutputFormat =
      kind === 'text'
        ? { kind: 'line-pairs', separator: conf.get(SEPARATOR_OUT) ?? TEXT_SEPARATOR }
        : { kind: 'sequence-file', ...(await toldClasses(run, node, operation, classes)) };
    await saveNode(run, node, { format, path, codec, prefix });
  });
}

/** Where no format is given, Hadoop writes text. */
function formatOf(conf: HadoopConf, api: HadoopApi): string {
  return api === 'mapred'
    ? (conf.get('mapred.output.format.class') ?? 'org.apache.hadoop.mapred.TextOutputFormat')
    : (conf.get('mapreduce.job.outputformat.class') ??
        'org.apache.hadoop.mapreduce.lib.output.TextOutputFormat');
}

function outputCodec(given: unknown, conf: HadoopConf, kind: FormatKind): Codec {
  if (given !== undefined && given !== null) return parseCodec(String(given));
  const isCompressed = conf.get('mapreduce.output.fileoutputformat.compress') === 'true';
  const type = conf.get('mapreduce.output.fileoutputformat.compress.type');
  if (!isCompressed || (kind === 'sequence-file' && type === 'NONE')) return 'none';
  return parseCodec(conf.get('mapreduce.output.fileoutputformat.compress.codec') ?? 'DefaultCodec');
}

/** The classes of keys and values: as given, else those of the first record, as in PySpark. */
async function toldClasses(
  run: ActionRun,
  node: LineageNode,
  operation: string,
  given: { readonly keyClass: WritableName | null; readonly valueClass: WritableName | null },
): Promise<{ keyClass: WritableName; valueClass: WritableName }> {
  const { keyClass, valueClass } = given;
  if (keyClass !== null && valueClass !== null) return { keyClass, valueClass };
  const first = await takeRecords<unknown>(run, node, 1);
  if (first.length === 0) {
    throw new UsageError(
      'RDD-102',
      `RDD is empty: ${operation} has no first record that tells the classes of keys and values. ` +
        "Give them: saveAsHadoopFile(path, 'org.apache.hadoop.mapred.SequenceFileOutputFormat', keyClass, valueClass).",
    );
  }
  const [key, value] = pairOf(first[0]);
  return { keyClass: keyClass ?? classOf(key), valueClass: valueClass ?? classOf(value) };
}

function classOf(value: unknown): WritableName {
  const name = writableOfValue(value);
  if (name === null) throw noWritable(value);
  return name;
}
