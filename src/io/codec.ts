// Which compression a file has, by its ending, and what users may call it. Pure text work.
import { UsageError } from '../errors.js';
import type { Codec } from './split.js';

const CODEC_BY_ENDING: Readonly<Record<string, Codec>> = {
  '.gz': 'gzip',
  '.deflate': 'deflate',
  '.bz2': 'bzip2',
};

/** Compressed forms that Hadoop reads by ending and tspark does not: reading them as text gives rubbish. */
const UNREADABLE_ENDINGS: readonly string[] = ['.zst', '.snappy', '.lz4'];

/** Names of each codec: the short ones, and the classes of Hadoop that PySpark programs give. */
const CODEC_BY_NAME: Readonly<Record<string, Codec>> = {
  none: 'none',
  uncompressed: 'none',
  gzip: 'gzip',
  gz: 'gzip',
  gzipcodec: 'gzip',
  deflate: 'deflate',
  zlib: 'deflate',
  defaultcodec: 'deflate',
  deflatecodec: 'deflate',
  bzip2: 'bzip2',
  bz2: 'bzip2',
  bzip2codec: 'bzip2',
};

/** The codec that a file's ending stands for. */
export function codecOfPath(path: string): Codec {
  const ending = endingOf(path);
  if (UNREADABLE_ENDINGS.includes(ending)) {
    throw new UsageError(
      'IO-109',
      `Cannot read '${path}': files that end in ${ending} are compressed in a form tspark does not know. ` +
        'It reads .gz, .bz2 and .deflate; unpack the file or pack it anew.',
      { details: { path } },
    );
  }
  return CODEC_BY_ENDING[ending] ?? 'none';
}

/** The ending that files written with a codec get: `.gz`, or nothing. */
export function endingOfCodec(codec: Codec): string {
  return Object.keys(CODEC_BY_ENDING).find((ending) => CODEC_BY_ENDING[ending] === codec) ?? '';
}

/** The codec a user asks for: a short name, a class name of Hadoop, or nothing for none. */
export function parseCodec(name: string | null | undefined): Codec {
  if (name === null || name === undefined || name === '') return 'none';
  const short = String(name)
    .replace(/^org\.apache\.hadoop\.io\.compress\./, '')
    .toLowerCase();
  const codec = Object.hasOwn(CODEC_BY_NAME, short) ? CODEC_BY_NAME[short] : undefined;
  if (codec !== undefined) return codec;
  throw new UsageError(
    'IO-109',
    `There is no compression codec '${name}'. Use 'gzip', 'bzip2', 'deflate' or 'none', ` +
      "or a class name such as 'org.apache.hadoop.io.compress.GzipCodec'.",
    { details: { codec: String(name) } },
  );
}

/** A codec that files can be written with. */
export type WritableCodec = 'gzip' | 'deflate';

/** The codec a user asks to write with; bzip2 can only be read. */
export function parseOutputCodec(name: string | null | undefined): 'none' | WritableCodec {
  return requireWritable(parseCodec(name));
}

export function requireWritable(codec: Codec): 'none' | WritableCodec {
  if (codec !== 'bzip2') return codec;
  throw new UsageError(
    'IO-109',
    'Cannot write bzip2: tspark reads it but does not write it. ' +
      "Use 'org.apache.hadoop.io.compress.GzipCodec', or no codec.",
    { details: { codec } },
  );
}

function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot).toLowerCase();
}
