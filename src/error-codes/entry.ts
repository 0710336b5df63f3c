// What the tables of error codes say of each code.

export interface ErrorCodeEntry {
  /** The class that carries the code. */
  readonly by: ErrorClassName;
  /** What happened, in one sentence. */
  readonly what: string;
  /** What the user can do about it. */
  readonly action: string;
}

export type ErrorClassName =
  | 'UsageError'
  | 'ClosureError'
  | 'TaskError'
  | 'LostDataError'
  | 'CancelledError'
  | 'BridgeError'
  | 'InternalError';
