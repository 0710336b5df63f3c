// Saves to a Hadoop file system: Spark's own writers take the pairs that workers make of the records, make the folder
// and commit it. Driver only.
import type { OutputFormat } from '../io/output-format.js';
import type { Codec } from '../io/split.js';
import { classOfWritable } from '../io/writables.js';
import type { Sink } from '../plan/sink.js';
import type { JavaObject, JavaThread } from './py4j/gateway.js';
import { PYTHON_API, type SparkSession } from './session.js';

export type SaveSink = Extract<Sink, { kind: 'save' }>;

const CODEC_CLASSES: Readonly<Record<Codec, string | null>> = {
  none: null,
  gzip: 'org.apache.hadoop.io.compress.GzipCodec',
  deflate: 'org.apache.hadoop.io.compress.DefaultCodec',
  bzip2: 'org.apache.hadoop.io.compress.BZip2Codec',
};

interface Classes {
  /** Below the package of formats. */
  readonly format: string;
  readonly key: string;
  readonly value: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Runs the job that writes the pairs of `rdd`. Files are named as the newer package does where the prefix is its. */
export async function saveOnHadoop(
  session: SparkSession,
  thread: JavaThread,
  rdd: JavaObject,
  { path, format, codec, prefix }: SaveSink,
): Promise<void> {
  const { gateway } = session;
  const { key, value, settings, format: name } = classesOf(format);
  const codecClass = CODEC_CLASSES[codec];
  if (prefix !== 'part-r-') {
    const conf = await gateway.map(settings);
    const formatClass = `org.apache.hadoop.mapred.${name}`;
    const args = [path, formatClass, key, value, null, null, conf, codecClass];
    await thread.callStatic(`${PYTHON_API}PythonRDD`, 'saveAsHadoopFile', rdd, true, ...args);
    return;
  }
  const conf = await gateway.map({ ...settings, ...compression(codecClass) });
  const formatClass = `org.apache.hadoop.mapreduce.lib.output.${name}`;
  const args = [path, formatClass, key, value, null, null, conf];
  await thread.callStatic(`${PYTHON_API}PythonRDD`, 'saveAsNewAPIHadoopFile', rdd, true, ...args);
}

function classesOf(format: OutputFormat): Classes {
  if (format === 'text' || (format !== 'objects' && format.kind === 'line-pairs'))
    return {
      format: 'TextOutputFormat',
      key: classOfWritable('Text'),
      value: classOfWritable('NullWritable'),
      settings: {},
    };
  const [key, value] =
    format === 'objects'
      ? (['NullWritable', 'BytesWritable'] as const)
      : [format.keyClass, format.valueClass];
  return {
    format: 'SequenceFileAsBinaryOutputFormat',
    key: classOfWritable('BytesWritable'),
    value: classOfWritable('BytesWritable'),
    settings: {
      'mapreduce.output.seqbinaryoutputformat.key.class': classOfWritable(key),
      'mapreduce.output.seqbinaryoutputformat.value.class': classOfWritable(value),
    },
  };
}

function compression(codecClass: string | null): Record<string, string> {
  if (codecClass === null) return {};
  return {
    'mapreduce.output.fileoutputformat.compress': 'true',
    'mapreduce.output.fileoutputformat.compress.codec': codecClass,
    'mapreduce.output.fileoutputformat.compress.type': 'BLOCK',
  };
}
