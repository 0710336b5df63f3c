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

/** How one minor version of Spark speaks with its workers. */
export interface WorkerProtocol {
  readInit(reader: BlockingReader): InitMessage;
  /** Whether a task tells how long it took beside when it began and ended. */
  readonly tellsProcessingTime: boolean;
}

type TaskFacts = Omit<InitMessage, 'partition' | 'filesFolder' | 'broadcasts' | 'command'>;

interface TaskContextJson {
  readonly isBarrier: boolean;
  readonly connInfo: number | string;
  readonly secret: string | null;
  readonly stageId: number;
  readonly attemptNumber: number;
  readonly taskAttemptId: number;
  readonly localProperties: Readonly<Record<string, string>>;
}

const PROTOCOLS: Readonly<Record<string, WorkerProtocol>> = {
  '4.1': {
    tellsProcessingTime: false,
    readInit: (reader) => readTask(reader, { facts: readFacts, hasSettings: false }),
  },
  '4.2': {
    tellsProcessingTime: true,
    readInit: (reader) => readTask(reader, { facts: readJsonFacts, hasSettings: true }),
  },
  '4.3': {
    tellsProcessingTime: true,
    readInit(reader) {
      const start = reader.int();
      if (start !== START_OF_INIT_MESSAGE)
        throw new InternalError('INTERNAL-901', `Spark began a task with ${start}`);
      reader.int(); // length of the message
      return readTask(reader, { facts: readJsonFacts, hasSettings: true });
    },
  },
};

/** The protocol of a minor version, such as `4.3`. */
export function protocolOf(minor: string): WorkerProtocol {
  const protocol = PROTOCOLS[minor];
  if (protocol === undefined)
    throw new InternalError('INTERNAL-901', `the protocol of Spark ${minor} is not known`);
  return protocol;
}

function readTask(
  reader: BlockingReader,
  { facts, hasSettings }: { facts: (reader: BlockingReader) => TaskFacts; hasSettings: boolean },
): InitMessage {
  const partition = reader.int();
  reader.text(); // version of the worker's language
  const task = facts(reader);
  const filesFolder = reader.text();
  for (let left = reader.int(); left > 0; left--) reader.text(); // includes
  const broadcasts = readBroadcasts(reader);
  reader.int(); // evaluation type: RDD
  // Settings of the runner and of the evaluation.
  for (let sets = hasSettings ? 2 : 0; sets > 0; sets--) readPairs(reader);
  const command = reader.bytes(reader.int());
  return { partition, ...task, filesFolder, broadcasts, command };
}

function readJsonFacts(reader: BlockingReader): TaskFacts {
  const context = JSON.parse(reader.text()) as TaskContextJson;
  const { isBarrier, connInfo, secret, stageId, attemptNumber, taskAttemptId, localProperties } =
    context;
  const barrier = isBarrier ? { address: connInfo, secret } : null;
  return { stageId, attemptNumber, taskAttemptId, localProperties, barrier };
}

function readFacts(reader: BlockingReader): TaskFacts {
  const barrier = reader.boolean() ? readMeetingPlace(reader) : null;
  const stageId = reader.int();
  reader.int(); // partition, again
  const attemptNumber = reader.int();
  const taskAttemptId = reader.long();
  reader.int(); // CPUs
  for (let resources = reader.int(); resources > 0; resources--) {
    reader.text();
    reader.text();
    for (let addresses = reader.int(); addresses > 0; addresses--) reader.text();
  }
  const localProperties = readPairs(reader);
  return { stageId, attemptNumber, taskAttemptId, localProperties, barrier };
}

/** A port and a secret, or the path of a socket. */
function readMeetingPlace(reader: BlockingReader): InitMessage['barrier'] {
  const port = reader.int();
  return port === -1
    ? { address: reader.text(), secret: null }
    : { address: port, secret: reader.text() };
}

function readPairs(reader: BlockingReader): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (let left = reader.int(); left > 0; left--) pairs[reader.text()] = reader.text();
  return pairs;
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
