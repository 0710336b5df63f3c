// What Spark says before a task's data, by the minor version of Spark: the protocol is internal to Spark and changes.
import { InternalError } from '../../errors.js';
import { START_OF_INIT_MESSAGE } from '../worker-protocol.js';
import type { BlockingReader } from './blocking-stream.js';

/** Spark's broadcasts that a worker gets to know or has to forget before a task. */
export interface BroadcastChanges {
  readonly added: readonly (readonly [sparkId: number, path: string])[];
  readonly dropped: readonly number[];
}

export interface InitMessage {
  readonly partition: number;
  readonly stageId: number;
  readonly attemptNumber: number;
  readonly taskAttemptId: number;
  readonly localProperties: Readonly<Record<string, string>>;
  /** How tasks of a barrier stage meet: where to connect, and with which secret. */
  readonly barrier: { readonly address: number | string; readonly secret: string | null } | null;
  readonly filesFolder: string;
  readonly broadcasts: BroadcastChanges;
  readonly command: Buffer;
}

interface TaskContextJson {
  readonly isBarrier: boolean;
  readonly connInfo: number | string;
  readonly secret: string | null;
  readonly stageId: number;
  readonly attemptNumber: number;
  readonly taskAttemptId: number;
  readonly localProperties: Readonly<Record<string, string>>;
}

/** Reads the message of Spark 4.3. */
export function readInitMessage(reader: BlockingReader): InitMessage {
  const start = reader.int();
  if (start !== START_OF_INIT_MESSAGE)
    throw new InternalError('INTERNAL-901', `Spark began a task with ${start}`);
  reader.int(); // length of the message
  const partition = reader.int();
  reader.text(); // version of the worker's language
  const context = JSON.parse(reader.text()) as TaskContextJson;
  const filesFolder = reader.text();
  for (let left = reader.int(); left > 0; left--) reader.text(); // includes
  const broadcasts = readBroadcasts(reader);
  reader.int(); // evaluation type: RDD
  for (let pairs = reader.int(); pairs > 0; pairs--) skipPair(reader);
  for (let pairs = reader.int(); pairs > 0; pairs--) skipPair(reader);
  const command = reader.bytes(reader.int());
  return {
    partition,
    stageId: context.stageId,
    attemptNumber: context.attemptNumber,
    taskAttemptId: context.taskAttemptId,
    localProperties: context.localProperties,
    barrier: context.isBarrier ? { address: context.connInfo, secret: context.secret } : null,
    filesFolder,
    broadcasts,
    command,
  };
}

function skipPair(reader: BlockingReader): void {
  reader.text();
  reader.text();
}

/** A negative number says which broadcast this worker can forget. */
function readBroadcasts(reader: BlockingReader): BroadcastChanges {
  if (reader.boolean())
    throw new InternalError('INTERNAL-901', 'encrypted broadcasts cannot be read');
  const added: [number, string][] = [];
  const dropped: number[] = [];
  for (let left = reader.int(); left > 0; left--) {
    const id = reader.long();
    if (id >= 0) added.push([id, reader.text()]);
    else dropped.push(-id - 1);
  }
  return { added, dropped };
}
