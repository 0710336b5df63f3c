// The context's folder below spark.local.dir for everything that goes to disk. It is removed when the context stops and
// when the process exits; one that a killed process left behind is removed by the next context that comes along.
import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePrivateFolder } from '../blocks/private-folder.js';
import type { SparkConf } from '../conf.js';
import { onProcessExit } from '../process-exit.js';

/** Process, when it started (0 where that cannot be told), and a random part. */
const NAME = /^tspark-(\d+)-(\d+)-[0-9a-f]{12}$/;

export class LocalFolder {
  /** Made by whoever writes the first file. */
  readonly path: string;
  readonly #parent: string;
  readonly #stayOnExit: () => void;

  constructor(conf: SparkConf) {
    this.#parent = conf.get('spark.local.dir') ?? tmpdir();
    const random = randomBytes(6).toString('hex');
    this.path = join(this.#parent, `tspark-${process.pid}-${startOf(process.pid)}-${random}`);
    this.#stayOnExit = onProcessExit(() => this.remove());
    // Behind the first prompt.
    setImmediate(() => this.#removeStale()).unref?.();
  }

  /** The folder, made if need be; only its owner can enter it. */
  made(): string {
    makePrivateFolder(this.path);
    return this.path;
  }

  /** Removes what a task left in a folder of its own. */
  removePart(name: string): void {
    tryRemove(join(this.path, name));
  }

  remove(): void {
    this.#stayOnExit();
    tryRemove(this.path);
  }

  #removeStale(): void {
    for (const name of namesIn(this.#parent)) {
      const [, pid, start] = NAME.exec(name) ?? [];
      if (pid === undefined || isRunning(Number(pid), start!)) continue;
      try {
        const path = join(this.#parent, name);
        if (lstatSync(path).isDirectory()) rmSync(path, { recursive: true, force: true });
      } catch {
        // Somebody else's, or removed by another context meanwhile.
      }
    }
  }
}

/** What cannot be removed is a stale folder for the next context. */
function tryRemove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Never made, in a place where nothing can be; or a disk that went away.
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Numbers of processes are used again: the one that has it now must have started at the same time. */
function isRunning(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return start === '0' || now === '0' || now === start;
}

/** When a process started, in ticks since the machine did. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in parentheses that may hold anything.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}
