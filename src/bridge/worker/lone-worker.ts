// A worker without a daemon (spark.python.use.daemon=false): connects to the executor, proves that it may, and hands
// the connection to a process that has it as its standard input.
import { connect, type Socket } from 'node:net';
import { startWorker } from './daemon.js';

const LENGTH_BYTES = 4;

export function runLoneWorker(entry: string): void {
  const path = process.env.PYTHON_WORKER_FACTORY_SOCK_PATH;
  const port = Number(process.env.PYTHON_WORKER_FACTORY_PORT);
  const socket = path ? connect(path) : connect(port, '127.0.0.1');
  socket.on('error', () => process.exit(1));
  socket.on('connect', () => {
    if (path) handOver(socket, entry);
    else authenticate(socket, () => handOver(socket, entry));
  });
}

function authenticate(socket: Socket, done: () => void): void {
  const secret = Buffer.from(process.env.PYTHON_WORKER_FACTORY_SECRET ?? '');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(secret.length);
  socket.write(Buffer.concat([length, secret]));
  let answer = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    answer = Buffer.concat([answer, bytes]);
    if (answer.length < LENGTH_BYTES || answer.length < LENGTH_BYTES + answer.readInt32BE(0))
      return;
    socket.removeAllListeners('data');
    socket.pause();
    done();
  });
}

function handOver(socket: Socket, entry: string): void {
  const worker = startWorker(entry, socket, true);
  socket.destroy();
  worker.on('exit', (status) => process.exit(status ?? 1));
}
