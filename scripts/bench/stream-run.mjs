// Runs one engine on one sender for some seconds and reads what it prints of its batches. Part of the streaming benches.
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** How tspark is started on a port. */
export function tsparkCommand({ seconds, master, batch }) {
  return (port) => ({
    command: process.execPath,
    args: [
      path.join(HERE, 'socket-tspark.mjs'),
      String(port),
      String(seconds),
      master,
      String(batch),
    ],
    env: {},
  });
}

/** How Scala Spark is started on a port; `home` is SPARK_HOME or a Python environment with pyspark. */
export function scalaCommand(home, { seconds, master, batch }) {
  const bin = path.resolve(home, 'bin');
  return (port) => ({
    command: path.join(bin, 'spark-shell'),
    args: [
      ...['--master', master, '--driver-memory', '4g'],
      ...['--conf', 'spark.ui.enabled=false', '--conf', 'spark.ui.showConsoleProgress=false'],
      ...['-i', path.join(HERE, 'socket.scala')],
    ],
    env: {
      BENCH_PORT: String(port),
      BENCH_SECONDS: String(seconds),
      BENCH_BATCH: String(batch),
      PATH: `${bin}${path.delimiter}${process.env.PATH}`,
      PYSPARK_PYTHON: path.join(bin, 'python'),
    },
  });
}

/**
 * Starts a sender of `rate` lines a second (0: as many as are taken), then the engine; the batches it reported:
 * `{ records, schedulingMs, processingMs, residentMiB }`. `onBatch` hears of each as it comes.
 */
export async function runStream(start, { rate, onBatch = () => {} }) {
  const sender = spawn(process.execPath, [path.join(HERE, 'socket-sender.mjs'), String(rate)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await new Promise((resolve) =>
      sender.stdout.once('data', (text) => resolve(Number(text))),
    );
    return await readBatches(start(port), onBatch);
  } finally {
    sender.kill();
  }
}

async function readBatches({ command, args, env }, onBatch) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints = (complaints + text).slice(-3000);
  });
  const batches = [];
  let errors = null;
  for await (const line of createInterface({ input: child.stdout })) {
    // spark-shell prints its prompt in front.
    const words = /(BATCH|ERRORS)( \d+)+/.exec(line)?.[0].split(' ') ?? [];
    if (words[0] === 'ERRORS') errors = Number(words[1]);
    if (words[0] !== 'BATCH') continue;
    const [records, schedulingMs, processingMs, residentMiB] = words.slice(1).map(Number);
    batches.push({ records, schedulingMs, processingMs, residentMiB });
    onBatch(batches.at(-1));
  }
  if (errors === null) throw new Error(`${command} ended early:\n${complaints}`);
  const lines = batches.reduce((sum, batch) => sum + batch.records, 0);
  return { batches, errors, lines };
}

/** The element at a part of the way from the smallest to the largest. */
export function at(part, values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
}

/** The machine in one line. */
export function machine() {
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = (os.totalmem() / 2 ** 30).toFixed(0);
  return `${os.availableParallelism()} cores (${cpu}), ${memory} GiB, Node ${process.versions.node}, ${os.platform()}`;
}
