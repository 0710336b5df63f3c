// What the process and the engine hold at a moment: memory, threads, file handles, blocks, listeners.
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MB = 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** Lets what nobody can reach any more go, and what that leaves behind. */
export async function collectGarbage() {
  for (let round = 0; round < 3; round++) {
    collect();
    // Finalizers run between turns of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function countOf(folder) {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0; // no /proc on this system
  }
}

/** `backend` is the TaskBackend of a context. */
export function measure(sc, backend) {
  const memory = process.memoryUsage();
  return {
    rssMb: Math.round(memory.rss / MB),
    heapMb: Math.round(memory.heapUsed / MB),
    threads: countOf('/proc/self/task'),
    handles: countOf('/proc/self/fd'),
    listeners: sc.events.listeners,
    ...backend.usage(),
  };
}
