// The messages between the driver and the thread that owns the workers. Plain data, tagged by `type`.
import type { MessagePort } from 'node:worker_threads';
import type { WorkerSetup } from './protocol.js';

/** What the supervising thread is started with. */
export interface SupervisorSetup {
  /** Figures of the process's memory: see MemoryLedger. */
  readonly ledger: SharedArrayBuffer;
  /** `tspark.memory.heap`. */
  readonly heapBytes: number;
  /** `tspark.memory.blocks`. */
  readonly blockBytes: number;
}

export type ToSupervisor =
  | {
      readonly type: 'start';
      readonly workerId: number;
      readonly setup: WorkerSetup;
      /** The worker's end of the channel to the driver. */
      readonly port: MessagePort;
    }
  | { readonly type: 'terminate'; readonly workerId: number; readonly reason: string };

export type FromSupervisor =
  | {
      readonly type: 'exit';
      readonly workerId: number;
      readonly death: WorkerDeath;
      /** The thread goes on in a native call that cannot be ended: it was given up. */
      readonly isStuck: boolean;
    }
  /** A thread that was given up has ended after all. */
  | { readonly type: 'freed'; readonly workerId: number };

/** Why a worker is gone. */
export type WorkerDeath =
  | { readonly kind: 'exit'; readonly reason: string }
  /** It was ended because user functions held more than they may. */
  | {
      readonly kind: 'memory';
      readonly reason: string;
      /** What user functions held in all. */
      readonly heldBytes: number;
      /** What was still held when all busy workers were gone: not theirs. */
      readonly leftBytes: number;
    };
