// Where the JVM delivers what finished tasks report: it connects once, sends the updates of Spark's accumulator, and
// waits for a byte before it counts the task as done. So everything is here before a job ends.
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { decodeReport, type TaskReport } from './report.js';

const LENGTH_BYTES = 4;
const TAKEN = Buffer.from([1]);

export interface ReportServerOptions {
  /** Listens on a Unix socket in this folder, or on a port where that is null. */
  readonly folder: string | null;
  /** What the JVM says first on a port. */
  readonly token: string;
  onReport(report: TaskReport): void;
}

export class ReportServer {
  readonly address: string | number;
  readonly #server: Server;

  private constructor(server: Server, address: string | number) {
    this.#server = server;
    this.address = address;
  }

  static async start(options: ReportServerOptions): Promise<ReportServer> {
    const { folder } = options;
    const server = createServer((socket) => receive(socket, options));
    const path = folder === null ? null : join(folder, 'reports.sock');
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      if (path === null) server.listen(0, '127.0.0.1', resolve);
      else server.listen(path, resolve);
    });
    server.unref();
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    return new ReportServer(server, path ?? port);
  }

  close(): void {
    this.#server.close();
  }
}

function receive(socket: Socket, { folder, token, onReport }: ReportServerOptions): void {
  let isTrusted = folder !== null;
  let pending = Buffer.alloc(0);
  socket.unref();
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    if (!isTrusted) {
      if (pending.length < token.length) return;
      if (pending.toString('utf8', 0, token.length) !== token) return void socket.destroy();
      pending = pending.subarray(token.length);
      isTrusted = true;
    }
    for (let message = firstMessage(pending); message !== null; message = firstMessage(pending)) {
      pending = pending.subarray(message.length);
      for (const update of message.updates) onReport(decodeReport(update));
      socket.write(TAKEN);
    }
  });
}

/** The updates of one task and their length together, or null while they are not all here. */
function firstMessage(bytes: Buffer): { updates: Buffer[]; length: number } | null {
  if (bytes.length < LENGTH_BYTES) return null;
  const updates: Buffer[] = [];
  let at = LENGTH_BYTES;
  for (let left = bytes.readInt32BE(0); left > 0; left--) {
    if (bytes.length < at + LENGTH_BYTES) return null;
    const end = at + LENGTH_BYTES + bytes.readInt32BE(at);
    if (bytes.length < end) return null;
    updates.push(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return { updates, length: at };
}
