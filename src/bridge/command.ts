// What one stage is while it travels to Spark's executors: the command of a PythonRDD, which Spark passes on unread.
// Written by the driver, read by the worker; both must be the same tspark on the same Node major.
import { deserialize, serialize } from 'node:v8';
import { BridgeError } from '../errors.js';
import type { OutputFormat } from '../io/output-format.js';
import type { FileFormat } from '../io/split.js';
import type { AccumulatorSpec } from '../plan/accumulation.js';
import type { Stage } from '../plan/stage.js';

/** What the frames of a task's input mean. Nodes are ids of the stage's nodes of kind `blocks`, `files` or `shuffled`. */
export type StageInput =
  /** The task needs nothing but its partition. */
  | { readonly kind: 'none' }
  /** Blocks, one after the other. */
  | { readonly kind: 'blocks'; readonly node: number }
  /** One frame: which part of which file to read. */
  | { readonly kind: 'split'; readonly node: number }
  /** A block for each of the nodes, in turn. */
  | { readonly kind: 'side-by-side'; readonly nodes: readonly number[] }
  /** Map outputs of a shuffle, in any order. */
  | { readonly kind: 'shuffle'; readonly shuffleId: number }
  /** Map outputs of the sides of a cogroup, in any order; each says its side. */
  | { readonly kind: 'sides'; readonly nodes: readonly number[] }
  /** Text from a Hadoop file system, a frame a line. */
  | { readonly kind: 'lines'; readonly node: number }
  /** What a Hadoop file system gives for whole files and records of bytes. */
  | {
      readonly kind: 'hadoop';
      readonly node: number;
      readonly record: 'text-pair' | 'bytes-pair' | 'bytes';
    }
  /** Whole files from a Hadoop file system, a path and the bytes each, to be read as a format of ours. */
  | {
      readonly kind: 'whole-files';
      readonly node: number;
      readonly format: Exclude<FileFormat, { kind: 'text' }>;
    };

/** What a task writes for Spark. */
export type StageOutput =
  /** Its result, for the driver. */
  | { readonly kind: 'result' }
  /** Its records as blocks; as a single one where partitions are read side by side. */
  | { readonly kind: 'blocks'; readonly isSingle: boolean }
  /** A block for each partition that has records, each behind its number. */
  | { readonly kind: 'shuffle'; readonly side: number }
  /** Its records as pairs for the output formats of Hadoop. */
  | { readonly kind: 'hadoop-pairs'; readonly format: OutputFormat };

export interface StageCommand {
  readonly stage: Stage;
  readonly input: StageInput;
  readonly output: StageOutput;
  readonly accumulators: readonly (readonly [id: number, spec: AccumulatorSpec])[];
  /** tspark's id of a broadcast and Spark's. */
  readonly broadcasts: readonly (readonly [id: number, sparkId: number])[];
  /** Most bytes the result of one partition may have. */
  readonly maxResultBytes: number;
}

/** Who wrote a command, or is asked to read one. */
export interface Party {
  readonly tspark: string;
  readonly nodeMajor: number;
}

const LENGTH_BYTES = 4;

export function encodeCommand(command: StageCommand, party: Party): Buffer {
  const parts = [Buffer.from(JSON.stringify(party)), serialize(withShared(command, toCopy))];
  return Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]));
}

/** Shared memory cannot be serialised: copies travel in its place, under this key. */
const SHARED = 'tspark:shared';

function toCopy(value: unknown): unknown {
  return value instanceof SharedArrayBuffer
    ? { [SHARED]: new Uint8Array(value).slice() }
    : undefined;
}

function fromCopy(value: unknown): unknown {
  const bytes = (value as Record<string, unknown>)[SHARED];
  if (!(bytes instanceof Uint8Array)) return undefined;
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** The value with everything replaced for which `replace` has something else; plain objects and arrays are walked. */
function withShared(value: unknown, replace: (value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const other = replace(value);
  if (other !== undefined) return other;
  if (Array.isArray(value)) return value.map((item) => withShared(item, replace));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withShared(item, replace)]),
  );
}

function lengthOf(part: Uint8Array): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(part.byteLength);
  return length;
}

/** Throws BridgeError BRIDGE-104 where the driver is another tspark or Node than this one. */
export function decodeCommand(bytes: Buffer, reader: Party): StageCommand {
  const [head, body] = partsOf(bytes);
  assertSame(JSON.parse(String(head)) as Party, reader);
  return withShared(deserialize(body!), fromCopy) as StageCommand;
}

function partsOf(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + LENGTH_BYTES + bytes.readUInt32BE(at);
    parts.push(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return parts;
}

function assertSame(driver: Party, worker: Party): void {
  if (driver.tspark === worker.tspark && driver.nodeMajor === worker.nodeMajor) return;
  const name = ({ tspark, nodeMajor }: Party): string => `tspark ${tspark} on Node ${nodeMajor}`;
  throw new BridgeError(
    'BRIDGE-104',
    `The driver is ${name(driver)}, a worker of the cluster ${name(worker)}. Both must be the same: install that Node on the executors, or let the driver's travel with --conf tspark.cluster.shipNode=true.`,
  );
}
