// One TCP connection to the JVM: commands out, one line back for each, in order. What is called over one connection
// runs on one thread of the JVM. Driver only; knows the framing of Py4J, not its values.
import { connect, type Socket } from 'node:net';
import { BridgeError } from '../../errors.js';

const LINE_END = 10;
/** What the JVM's answers begin with. */
const ANSWER = '!';

interface Waiting {
  resolve(answer: string): void;
  reject(error: Error): void;
}

export interface GatewayAddress {
  readonly port: number;
  readonly token: string;
}

export class Py4jConnection {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #parts: Buffer[] = [];
  #ended: BridgeError | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end());
  }

  /** Connects and proves that it may. */
  static async open({ port, token }: GatewayAddress): Promise<Py4jConnection> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', (error) => reject(gone(error)));
    });
    const connection = new Py4jConnection(socket);
    const answer = await connection.send(`A\n${token}\n`);
    if (!answer.startsWith('y')) {
      connection.close();
      throw new BridgeError(
        'BRIDGE-502',
        "The JVM refused tspark's connection: the token of its gateway does not fit. Another program may have taken its port; start again.",
      );
    }
    return connection;
  }

  get isOpen(): boolean {
    return this.#ended === null;
  }

  /** Sends a command and gives the JVM's answer without its first character. */
  send(command: string): Promise<string> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(command);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Lets the program end although the connection is open. */
  unref(): void {
    this.#socket.unref();
  }

  #receive(bytes: Buffer): void {
    let rest = bytes;
    for (let at = rest.indexOf(LINE_END); at >= 0; at = rest.indexOf(LINE_END)) {
      this.#parts.push(rest.subarray(0, at));
      const line = Buffer.concat(this.#parts).toString('utf8');
      this.#parts = [];
      rest = rest.subarray(at + 1);
      this.#waiting.shift()?.resolve(line.startsWith(ANSWER) ? line.slice(1) : line);
    }
    if (rest.length > 0) this.#parts.push(Buffer.from(rest));
  }

  #end(error?: Error): void {
    this.#ended ??= gone(error);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}

function gone(cause?: Error): BridgeError {
  return new BridgeError(
    'BRIDGE-502',
    `The JVM that drives the Spark cluster is gone${cause === undefined ? '' : ` (${cause.message})`}. Stop the context (sc.stop()) and make a new one; at the prompt, start tspark again.`,
    { cause },
  );
}
