// Every error a user can meet: one base class and a subclass by who has to act. The table of codes is kept by
// area in error-codes/. Knows nothing of the engine. `docs/errors.md` is generated from ERROR_CODES.
import { BRIDGE_CODES } from './error-codes/bridge.js';
import { CLOSURE_CODES } from './error-codes/closure.js';
import { CONTEXT_CODES } from './error-codes/context.js';
import type { ErrorClassName } from './error-codes/entry.js';
import { FILE_CODES } from './error-codes/files.js';
import { JOB_CODES } from './error-codes/jobs.js';
import { RDD_CODES } from './error-codes/rdd.js';
import { SHELL_CODES } from './error-codes/shell.js';
import { STREAM_CODES } from './error-codes/streaming.js';
import { VALUE_CODES } from './error-codes/values.js';

/** Where a value or a call came from in the user's text. Lines and columns count from 1. */
export interface CallSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Codes are AREA-1xx when the caller can mend it, 5xx for the environment, 9xx for a bug of tspark. */
export const ERROR_CODES = {
  ...VALUE_CODES,
  ...CLOSURE_CODES,
  ...BRIDGE_CODES,
  ...CONTEXT_CODES,
  ...FILE_CODES,
  ...JOB_CODES,
  ...RDD_CODES,
  ...SHELL_CODES,
  ...STREAM_CODES,
};

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorOptions {
  readonly cause?: unknown;
  /** Plain data that travels with the error: partition, record, path of a capture, … */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Whether trying the same again may succeed (environment failures only). */
  readonly retriable?: boolean;
}

/** Base of all errors that tspark raises on purpose. `message` begins with `[CODE]`. */
export class TsparkError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retriable: boolean;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(
      `[${code}] ${message}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.details = options.details ?? {};
    this.retriable = options.retriable ?? false;
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** A call that cannot work: wrong argument, missing file, wrong state. The caller mends it. */
export class UsageError extends TsparkError {}
/** A function that cannot travel to a worker. The caller mends it. */
export class ClosureError extends TsparkError {}
/** The user's own function threw inside a task, or a task used more than it may. */
export class TaskError extends TsparkError {}
/** A worker or a block is gone and could not be brought back. */
export class LostDataError extends TsparkError {}
/** The job was cancelled. */
export class CancelledError extends TsparkError {}
/** A Spark cluster, or the way to it, that does not work. */
export class BridgeError extends TsparkError {}
/** A bug of tspark. */
export class InternalError extends TsparkError {}

const CLASS_BY_NAME: Record<ErrorClassName, typeof TsparkError> = {
  UsageError,
  ClosureError,
  TaskError,
  LostDataError,
  CancelledError,
  BridgeError,
  InternalError,
};

/** An error as plain data, for crossing threads. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code: ErrorCode | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retriable: boolean;
  readonly cause: ErrorData | null;
}

/** Turns anything thrown into data that can be posted to another thread. */
export function toErrorData(thrown: unknown): ErrorData {
  const error = thrown instanceof Error ? thrown : new Error(describeThrown(thrown));
  const own = error instanceof TsparkError ? error : null;
  return {
    name: error.name,
    message: String(error.message),
    stack: String(error.stack ?? ''),
    code: own?.code ?? null,
    details: own?.details ?? {},
    retriable: own?.retriable ?? false,
    cause: error.cause === undefined ? null : toErrorData(error.cause),
  };
}

/** Rebuilds an error from its data, with the class that its code names and the original stack. */
export function fromErrorData(data: ErrorData): Error {
  const cause = data.cause === null ? undefined : fromErrorData(data.cause);
  const error = data.code === null ? foreignError(data, cause) : ownError(data, data.code, cause);
  Object.defineProperty(error, 'stack', { value: data.stack, writable: true, configurable: true });
  return error;
}

function ownError(data: ErrorData, code: ErrorCode, cause: Error | undefined): TsparkError {
  const Class = CLASS_BY_NAME[ERROR_CODES[code].by];
  const text = data.message.startsWith(`[${code}] `)
    ? data.message.slice(code.length + 3)
    : data.message;
  return new Class(code, text, { cause, details: data.details, retriable: data.retriable });
}

function foreignError(data: ErrorData, cause: Error | undefined): Error {
  const Native = (globalThis as Record<string, unknown>)[data.name];
  const isNative = typeof Native === 'function' && Native.prototype instanceof Error;
  const Class = (isNative ? Native : Error) as ErrorConstructor;
  const error = new Class(data.message, cause === undefined ? undefined : { cause });
  if (!isNative && data.name !== 'Error') {
    Object.defineProperty(error, 'name', { value: data.name, configurable: true, writable: true });
  }
  return error;
}

function describeThrown(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : `thrown value: ${String(thrown)}`;
  } catch {
    return 'a thrown value that cannot be shown';
  }
}
