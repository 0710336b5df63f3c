// A benchmark program in a process of its own: started once, told over a socket which workload to run next.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** Hundredths of a second of processor time within so many milliseconds at which a process rests. */
const RESTING_TICKS = 1;
const REST_LOOK_MS = 250;
const REST_LIMIT_MS = 10_000;

/** A busy machine takes minutes to start spark-shell. */
const START_LIMIT_MS = 300_000;

export class EngineProcess {
  #child;
  #socket;
  #answers;
  #output = '';

  constructor(name) {
    this.name = name;
    this.peakBytes = 0;
  }

  /** Starts the program and waits until it has connected. */
  async start(command, args, env) {
    const server = net.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#child = spawn(command, args, {
      env: { ...process.env, ...env, BENCH_PORT: String(server.address().port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk) => {
        this.#output = (this.#output + chunk).slice(-3000);
      });
    }
    this.#socket = await this.#connection(server);
    server.close();
    this.#answers = createInterface({ input: this.#socket })[Symbol.asyncIterator]();
  }

  #connection(server) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.name} did not start`)),
        START_LIMIT_MS,
      );
      this.#child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`${this.name} ended with ${code}:\n${this.#output}`));
      });
      server.once('connection', (socket) => {
        clearTimeout(timer);
        resolve(socket);
      });
    });
  }

  /** Runs a workload once: `{ seconds, check }`, or `{ error }`. */
  async run(workload) {
    this.#socket.write(`${workload}\n`);
    const { value, done } = await this.#answers.next();
    this.peakBytes = Math.max(this.peakBytes, peakOfTree(this.#child.pid));
    if (done) throw new Error(`${this.name} ended during ${workload}:\n${this.#output}`);
    const [kind, , first, ...rest] = value.split(' ');
    if (kind !== 'RES') return { error: [first, ...rest].join(' ') };
    return { seconds: Number(first), check: rest.join(' ') };
  }

  /**
   * Waits until the process does next to nothing: what an engine goes on with after an answer, compiling or collecting garbage,
   * would be taken from whoever comes next.
   */
  async rest() {
    const deadline = Date.now() + REST_LIMIT_MS;
    for (let before = ticksOfTree(this.#child.pid); Date.now() < deadline; ) {
      await delay(REST_LOOK_MS);
      const now = ticksOfTree(this.#child.pid);
      if (now - before <= RESTING_TICKS) return;
      before = now;
    }
  }

  async stop() {
    if (this.#child === undefined || this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#socket?.writable) this.#socket.write('quit\n');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
    this.#socket?.destroy();
  }
}

/** Processor time of a process and its descendants, in hundredths of a second; 0 where /proc is not to be had. */
function ticksOfTree(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const own = Number(fields[11]) + Number(fields[12]);
    return childrenOf(pid).reduce((sum, child) => sum + ticksOfTree(child), own);
  } catch {
    return 0;
  }
}

/** The sum of the peak resident sizes of a process and its descendants; 0 where /proc is not to be had. */
function peakOfTree(pid) {
  if (!existsSync(`/proc/${pid}/status`)) return 0;
  const own =
    Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  return childrenOf(pid).reduce((sum, child) => sum + peakOfTree(child), own);
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean);
  } catch {
    return [];
  }
}
