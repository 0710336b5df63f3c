// Entry of the watchdog thread: notices that the main thread is stuck in the user's code and ends that code when
// Ctrl-C is pressed or somebody asks for it. Works while the main thread does not.
//
// A signal reaches only the thread that runs a script with `breakOnSigint`, so while the main thread is stuck such a
// script runs here. When it ends, Node leaves SIGINT at its default, which would kill the process: hence the outer
// script that keeps the watch between two inner ones, and the handshake by which the main thread takes it back.
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Session } from 'node:inspector';
import { Script } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { MemoryLedger } from '../../workers/memory-ledger.js';
import { HeapWatch } from './heap-watch.js';
import type { InterruptReason } from './outcome.js';
import {
  CONTROL,
  HEARTBEAT_MS,
  TERMINATE_NOW,
  TERMINATE_REASON,
  WATCH,
  type WatchdogMessage,
  type WatchdogSetup,
} from './watchdog-control.js';

/** Heartbeats that may be missing before the main thread counts as stuck. */
const MISSED_BEATS = 3;
const SLICE_MS = 50;
/** While the main thread holds much: its heap can grow by 3 MB a millisecond. */
const CLOSE_SLICE_MS = 10;
/** After an evaluation was ended for its memory, so long passes before the next is. */
const AFTER_END_MS = 500;
const CTRL_C = 3;
const SAME_PRESS_MS = 50;

type WatchEnd = 'alive' | 'signal';

const port = parentPort!;
const { control, ledger, heapBytes } = workerData as WatchdogSetup;
const heap = new HeapWatch(new MemoryLedger(ledger), heapBytes, control);
const hooks = globalThis as unknown as { hold: () => void; watch: () => void };
const holdScript = new Script('hold()');
const watchScript = new Script('watch()');

let lastBeat = -1;
let missed = 0;
let lastPressMs = Number.NEGATIVE_INFINITY;
/** Kept open while stuck; null where there is no terminal. */
let terminal: number | null = null;
let memoryEndedMs = Number.NEGATIVE_INFINITY;

hooks.hold = holdWatch;
hooks.watch = waitWhileStuck;
setInterval(tick, HEARTBEAT_MS);
lookAtMemory();

function lookAtMemory(): void {
  setTimeout(lookAtMemory, endWhereOver());
}

/** Ends what holds too much memory; returns when to look again. */
function endWhereOver(): number {
  const state = heap.look();
  const nowMs = performance.now();
  if (state === 'over' && nowMs - memoryEndedMs > AFTER_END_MS) {
    memoryEndedMs = nowMs;
    terminate('memory');
  }
  return state === 'fine' ? SLICE_MS : CLOSE_SLICE_MS;
}

function tick(): void {
  const beat = Atomics.load(control, CONTROL.heartbeat);
  missed = beat === lastBeat ? missed + 1 : 0;
  lastBeat = beat;
  const isStuck = missed >= MISSED_BEATS;
  obeyTrigger(isStuck);
  if (!isStuck || Atomics.load(control, CONTROL.isGuarded) === 1) return;
  missed = 0;
  watchSignals();
}

/**
 * Only code that is stuck is ended by force: ending whatever an idle thread does next would hit Node's own code.
 * But where V8 is about to end the process, that is the lesser evil.
 */
function obeyTrigger(isStuck: boolean): void {
  if (Atomics.compareExchange(control, CONTROL.trigger, TERMINATE_NOW, 0) === TERMINATE_NOW) {
    terminate('memory');
    return;
  }
  if (!isStuck && missed > 0) return;
  const trigger = Atomics.exchange(control, CONTROL.trigger, 0);
  if (trigger === 0) return;
  const reason = trigger === TERMINATE_REASON.memory ? 'memory' : 'interrupt';
  if (isStuck) terminate(reason);
  else send({ kind: 'interrupt', reason });
}

/** Takes SIGINT over until the main thread is alive and takes it back. */
function watchSignals(): void {
  terminal = openTerminal();
  Atomics.store(control, CONTROL.watch, WATCH.on);
  for (let isHeld = true; isHeld; ) {
    try {
      holdScript.runInThisContext({ breakOnSigint: true });
      isHeld = false;
    } catch {
      // The signal hit the holder itself, between two inner scripts.
      onPress();
    }
  }
  Atomics.store(control, CONTROL.watch, WATCH.off);
  Atomics.notify(control, CONTROL.watch);
  if (terminal !== null) closeSync(terminal);
  terminal = null;
}

function holdWatch(): void {
  while (watchOnce() === 'signal') onPress();
}

function watchOnce(): WatchEnd {
  try {
    watchScript.runInThisContext({ breakOnSigint: true });
    return 'alive';
  } catch {
    return 'signal';
  }
}

function waitWhileStuck(): void {
  while (Atomics.load(control, CONTROL.watch) === WATCH.on) {
    obeyTrigger(Atomics.load(control, CONTROL.heartbeat) === lastBeat);
    readTerminal();
    Atomics.wait(control, CONTROL.watch, WATCH.on, endWhereOver());
  }
}

/** npm may forward a signal that the terminal sent as well: such a pair is one press. */
function onPress(): void {
  const nowMs = performance.now();
  const isSamePress = nowMs - lastPressMs < SAME_PRESS_MS;
  lastPressMs = nowMs;
  if (isSamePress) return;
  if (Atomics.load(control, CONTROL.heartbeat) === lastBeat) terminate('interrupt');
  else send({ kind: 'interrupt', reason: 'interrupt' });
}

function terminate(reason: InterruptReason): void {
  const session = new Session();
  session.connectToMainThread();
  // The answer comes when this thread is back in its event loop; the main thread is free long before.
  session.post('Runtime.terminateExecution', () => {
    // A session that is open when the process ends would keep it waiting for a debugger.
    session.disconnect();
    send({ kind: 'terminated', reason });
  });
}

/** In raw mode Ctrl-C is a byte; what else was typed goes back to the main thread. */
function readTerminal(): void {
  if (terminal === null || Atomics.load(control, CONTROL.isRaw) !== 1) return;
  const buffer = Buffer.alloc(256);
  let length = 0;
  try {
    length = readSync(terminal, buffer);
  } catch {
    // Nothing typed (EAGAIN), or the terminal is gone.
    return;
  }
  const bytes = buffer.subarray(0, length);
  const isInterrupt = bytes.includes(CTRL_C);
  if (isInterrupt) onPress();
  else if (length > 0) send({ kind: 'typed', bytes });
}

function openTerminal(): number | null {
  try {
    return openSync('/dev/tty', constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

function send(message: WatchdogMessage): void {
  port.postMessage(message);
}
