// The program that executors start: `-m pyspark.daemon` as the daemon, `-m pyspark.worker` as a worker without one,
// `--task-worker` as a worker of the daemon. Imports what a task needs only where it is a worker.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { runDaemon } from './daemon.js';
import { runLoneWorker } from './lone-worker.js';

const [mode, detail = ''] = process.argv.slice(2);
const entry = fileURLToPath(import.meta.url);
const STDIN = 0;

if (mode === '--task-worker') await runTaskWorker(detail === 'trusted');
else if (detail.includes('daemon')) runDaemon(entry);
else runLoneWorker(entry);

async function runTaskWorker(isTrusted: boolean): Promise<void> {
  new Worker(new URL('./orphan-watch.js', import.meta.url), { workerData: process.ppid }).unref();
  const { BlockingReader, BlockingWriter, ConnectionEnded } = await import('./blocking-stream.js');
  const reader = new BlockingReader(STDIN);
  const writer = new BlockingWriter(STDIN);
  writer.int(process.pid);
  writer.flush();
  if (!isTrusted && !authenticate(reader, writer)) return;
  const { TaskWorker } = await import('./task-worker.js');
  const { protocolOf } = await import('./init-message.js');
  // User functions must not end the worker, so the guards of the process replace process.exit.
  const exit = process.exit.bind(process);
  const worker = new TaskWorker({
    reader,
    writer,
    protocol: protocolOf(process.env.TSPARK_SPARK_MINOR ?? ''),
    party: {
      tspark: ownVersion(),
      nodeMajor: Number(process.versions.node.split('.')[0]),
    },
  });
  const fail = (thrown: unknown): never => {
    worker.failFromOutside(thrown);
    return exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  try {
    while (await worker.runTask());
    exit(0);
  } catch (error) {
    exit(error instanceof ConnectionEnded ? 0 : 1);
  }
}

type Stream = typeof import('./blocking-stream.js');

function authenticate(
  reader: InstanceType<Stream['BlockingReader']>,
  writer: InstanceType<Stream['BlockingWriter']>,
): boolean {
  const isRight = reader.text() === process.env.PYTHON_WORKER_FACTORY_SECRET;
  writer.frame(Buffer.from(isRight ? 'ok' : 'err'));
  writer.flush();
  return isRight;
}

function ownVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
