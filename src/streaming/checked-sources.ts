// What a user says of a source → the source, or an error that names what is wrong. Driver only.
import type { SparkContext } from '../context.js';
import { UsageError } from '../errors.js';
import type { RDD } from '../rdd/rdd.js';
import type { StorageLevel } from '../storage-level.js';
import { type FileStreamOptions, FileSource } from './file-source.js';
import type { InputSource } from './input.js';
import { IterableReceiver, RateReceiver, Receiver } from './receiver.js';
import { ReceiverSource } from './receiver-source.js';
import { receiverSettings } from './settings.js';
import { SocketSource } from './socket-source.js';

/** Lines of a TCP server. */
export function socketSource(
  sc: SparkContext,
  address: { readonly hostname: string; readonly port: number },
  level: StorageLevel | undefined,
): InputSource {
  const { hostname, port } = address;
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw wrong(`socketTextStream needs a port from 1 to 65535, not ${String(port)}.`);
  }
  return new SocketSource(hostname, port, receiverSettings(sc, level));
}

/** What a receiver of the user's stores. */
export function receiverSource<T>(sc: SparkContext, receiver: Receiver<T>): InputSource {
  if (!(receiver instanceof Receiver)) {
    throw wrong(
      `receiverStream needs an instance of a class that extends Receiver, not ${typeof receiver}.`,
    );
  }
  const text = `receiverStream(${receiver.constructor.name})`;
  return new ReceiverSource(text, receiver, receiverSettings(sc));
}

/** The records of an iterable. */
export function iterableSource<T>(
  sc: SparkContext,
  records: AsyncIterable<T> | Iterable<T>,
): InputSource {
  if (typeof records !== 'object' || records === null) {
    throw wrong(`fromIterable needs an iterable, not ${typeof records}.`);
  }
  return new ReceiverSource('fromIterable', new IterableReceiver(records), receiverSettings(sc));
}

/** Numbers at a steady rate. */
export function rateSource(sc: SparkContext, perSecond: number): InputSource {
  if (!(perSecond > 0 && Number.isFinite(perSecond))) {
    throw wrong(`rateStream needs a rate above 0, not ${perSecond}.`);
  }
  const receiver = new RateReceiver(perSecond);
  return new ReceiverSource(`rateStream(${perSecond})`, receiver, receiverSettings(sc));
}

/** The files of a folder; `read` makes the records of one. */
export function fileSource<T>(
  sc: SparkContext,
  operation: string,
  files: {
    readonly folder: string;
    readonly read: (path: string) => RDD<T>;
    readonly options: FileStreamOptions;
  },
): InputSource {
  const { folder, read, options } = files;
  if (typeof folder !== 'string' || folder === '') {
    throw wrong(`${operation} needs the path of a folder.`);
  }
  const text = `${operation}('${folder}')`;
  return new FileSource<T>({ sc, text, folder, read, existing: options.existing ?? false });
}

function wrong(message: string): UsageError {
  return new UsageError('STREAM-106', message);
}
