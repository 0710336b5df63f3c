// What an executor starts in place of Python's daemon: accepts the executor's connections and gives each to a worker
// process of its own, as its standard input. Ends with the executor, and takes its workers along.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { unlinkSync, writeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

const STDOUT = 1;
const PID_BYTES = 4;

/** Serves until standard input ends. `entry` is the program that runs as a worker. */
export function runDaemon(entry: string): void {
  new Daemon(entry).start();
}

class Daemon {
  readonly #entry: string;
  readonly #workers = new Map<number, ChildProcess>();
  readonly #server: Server;
  #socketPath: string | null = null;

  constructor(entry: string) {
    this.#entry = entry;
    // Paused: the bytes belong to the worker, none may be read here.
    this.#server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket));
  }

  start(): void {
    if (usesUnixSockets()) {
      const path = join(process.env.PYTHON_WORKER_FACTORY_SOCK_DIR ?? '', `.${randomUUID()}.sock`);
      this.#socketPath = path;
      this.#server.listen(path, () =>
        announce(Buffer.concat([int(path.length), Buffer.from(path)])),
      );
    } else {
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address();
        announce(int(typeof address === 'object' && address !== null ? address.port : 0));
      });
    }
    this.#obey();
    process.on('SIGTERM', () => this.#end(1));
  }

  #accept(socket: Socket): void {
    const worker = startWorker(this.#entry, socket, usesUnixSockets());
    const { pid } = worker;
    worker.on('error', () => {});
    if (pid !== undefined) {
      this.#workers.set(pid, worker);
      worker.on('exit', () => this.#workers.delete(pid));
    }
    socket.destroy();
  }

  /** Standard input names workers to kill, those of a daemon before end by themselves; its end is the executor's. */
  #obey(): void {
    let pending = Buffer.alloc(0);
    process.stdin.on('data', (bytes: Buffer) => {
      pending = Buffer.concat([pending, bytes]);
      for (; pending.length >= PID_BYTES; pending = pending.subarray(PID_BYTES)) {
        this.#workers.get(pending.readInt32BE(0))?.kill('SIGKILL');
      }
    });
    process.stdin.on('end', () => this.#end(0));
    process.stdin.on('error', () => this.#end(0));
  }

  #end(status: number): never {
    for (const worker of this.#workers.values()) worker.kill('SIGKILL');
    try {
      if (this.#socketPath !== null) unlinkSync(this.#socketPath);
    } catch {
      // Gone already.
    }
    process.exit(status);
  }
}

/** A worker with the connection as its standard input: as such it blocks, which sockets of Node's own cannot. */
export function startWorker(entry: string, socket: Socket, isTrusted: boolean): ChildProcess {
  const megabytes = Number(process.env.PYSPARK_EXECUTOR_MEMORY_MB);
  const limit = megabytes > 0 ? [`--max-old-space-size=${Math.floor(megabytes)}`] : [];
  return spawn(
    process.execPath,
    [...limit, entry, '--task-worker', isTrusted ? 'trusted' : 'secret'],
    {
      stdio: [socket, 2, 2],
    },
  );
}

export function usesUnixSockets(): boolean {
  return process.env.PYTHON_UNIX_DOMAIN_ENABLED?.toLowerCase() === 'true';
}

function announce(bytes: Buffer): void {
  writeSync(STDOUT, bytes);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
