// The shared memory between the main thread and the watchdog thread: one Int32Array, a meaning per place.
import type { InterruptReason } from './outcome.js';

export const CONTROL = {
  /** Counts up while the main thread is alive. */
  heartbeat: 0,
  /** Not 0: somebody wants the evaluation ended; the value is a TERMINATE_REASON. */
  trigger: 1,
  /** A WATCH state. */
  watch: 2,
  /** 1 while the terminal is raw: Ctrl-C is a byte then, not a signal. */
  isRaw: 3,
  /** 1 while V8 itself listens for Ctrl-C, in the synchronous part of an evaluation. */
  isGuarded: 4,
} as const;

export const CONTROL_PLACES = 5;

/** Who listens for SIGINT in place of the main thread: nobody, the watchdog, the watchdog but it is to stop. */
export const WATCH = { off: 0, on: 1, releasing: 2 } as const;

export const TERMINATE_REASON: Readonly<Record<InterruptReason, number>> = {
  interrupt: 1,
  memory: 2,
};
/** Out of memory so far that whatever runs is ended, though the main thread is alive. */
export const TERMINATE_NOW = 3;

export type WatchdogMessage =
  | { readonly kind: 'terminated'; readonly reason: InterruptReason }
  /** The same wish while the main thread is alive: it can give up waiting by itself. */
  | { readonly kind: 'interrupt'; readonly reason: InterruptReason }
  /** What was typed while the watchdog read the terminal. */
  | { readonly kind: 'typed'; readonly bytes: Uint8Array };

/** What the watchdog thread is started with. */
export interface WatchdogSetup {
  readonly control: Int32Array;
  /** Figures of the process's memory: see MemoryLedger. */
  readonly ledger: SharedArrayBuffer;
  /** What an evaluation may hold. */
  readonly heapBytes: number;
}

export const HEARTBEAT_MS = 50;

/** Asks for the end of whatever the main thread evaluates; from any thread. */
export function requestTermination(control: Int32Array, reason: InterruptReason): void {
  Atomics.store(control, CONTROL.trigger, TERMINATE_REASON[reason]);
}
