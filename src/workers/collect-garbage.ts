// V8's garbage collector, called by hand: what a task leaves behind counts as held memory until V8 collects it by
// itself, which it does not do while a thread is idle.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The flag is the process's: another thread that looks at the same time may have put it back. */
const MOST_TRIES = 1000;

let collect: (() => void) | null = null;

/** Collects all garbage of this thread. */
export function collectGarbage(): void {
  collect ??= findCollector();
  collect();
}

function findCollector(): () => void {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    // Only contexts made while the flag is set have it, so that user code does not see it.
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('globalThis.gc') as (() => void) | undefined;
    setFlagsFromString('--no-expose-gc');
    if (gc !== undefined) return gc;
  }
  return () => {}; // V8 collects by itself, only later
}
