// The objects of the JVM as the driver sees them: calls, a pool of connections, release of what is no longer held.
// Knows Py4J, nothing of Spark.
import { Py4jConnection, type GatewayAddress } from './connection.js';
import { JavaException } from './java-exception.js';
import { decodeAnswer, encodeArgument, type JavaArgument, unescapeText } from './values.js';

/** What a call gives: a value of ours, or an object that stays in the JVM. */
export type JavaResult = null | boolean | number | bigint | string | Buffer | JavaObject;

/** An object in the JVM. It lives there until this handle is collected here. */
export class JavaObject {
  readonly javaId: string;
  readonly #gateway: JavaGateway;

  constructor(gateway: JavaGateway, javaId: string) {
    this.#gateway = gateway;
    this.javaId = javaId;
  }

  /** Calls a method on a connection of the pool. */
  call(method: string, ...args: JavaArgument[]): Promise<JavaResult> {
    return this.#gateway.pooled((thread) => thread.call(this, method, ...args));
  }

  async object(method: string, ...args: JavaArgument[]): Promise<JavaObject> {
    return asObject(await this.call(method, ...args), method);
  }

  async number(method: string, ...args: JavaArgument[]): Promise<number> {
    return Number(await this.call(method, ...args));
  }

  async text(method: string, ...args: JavaArgument[]): Promise<string> {
    return String(await this.call(method, ...args));
  }
}

/** A thread of the JVM: all calls of one job go through one, so that what is set for the thread holds for the job. */
export class JavaThread {
  readonly #gateway: JavaGateway;
  readonly #connection: Py4jConnection;

  constructor(gateway: JavaGateway, connection: Py4jConnection) {
    this.#gateway = gateway;
    this.#connection = connection;
  }

  get connection(): Py4jConnection {
    return this.#connection;
  }

  call(target: JavaObject, method: string, ...args: JavaArgument[]): Promise<JavaResult> {
    return this.#run(`c\n${target.javaId}\n${method}\n${encoded(args)}`, method);
  }

  callStatic(className: string, method: string, ...args: JavaArgument[]): Promise<JavaResult> {
    return this.#run(`c\nz:${className}\n${method}\n${encoded(args)}`, `${className}.${method}`);
  }

  make(className: string, ...args: JavaArgument[]): Promise<JavaResult> {
    return this.#run(`i\n${className}\n${encoded(args)}`, `new ${className}`);
  }

  arrayItem(array: JavaObject, index: number): Promise<JavaResult> {
    return this.#run(`a\ng\n${array.javaId}\n${encodeArgument(index)}`, 'array item');
  }

  arrayLength(array: JavaObject): Promise<JavaResult> {
    return this.#run(`a\ne\n${array.javaId}\n`, 'array length');
  }

  async array(className: string, items: readonly JavaArgument[]): Promise<JavaObject> {
    const create = `a\nc\n${encodeArgument(className)}${encodeArgument(items.length)}`;
    const array = asObject(await this.#run(create, 'new array'), 'new array');
    for (const [index, item] of items.entries()) {
      const set = `a\ns\n${array.javaId}\n${encodeArgument(index)}${encodeArgument(item)}`;
      await this.#run(set, 'array item');
    }
    return array;
  }

  async #run(command: string, what: string): Promise<JavaResult> {
    const answer = decodeAnswer(await this.#connection.send(`${command}e\n`));
    switch (answer.kind) {
      case 'value':
        return answer.value;
      case 'object':
        return this.#gateway.adopt(answer.id);
      case 'failure':
        throw new JavaException(what, answer.text);
      case 'exception': {
        const exception = this.#gateway.adopt(answer.id);
        const trace = await this.#connection.send(`p\nr${exception.javaId}\ne\n`);
        throw new JavaException(what, unescapeText(trace.slice(2)));
      }
    }
  }
}

/** Calls that are sent one behind the other before their answers are waited for. */
const PIPELINED = 1000;

export class JavaGateway {
  readonly #address: GatewayAddress;
  readonly #idle: JavaThread[] = [];
  readonly #held = new FinalizationRegistry<string>((id) => this.#release(id));
  #toRelease: string[] = [];
  #releaser: Promise<Py4jConnection> | null = null;
  #isClosed = false;

  constructor(address: GatewayAddress) {
    this.#address = address;
  }

  /** Secret that both sides of the gateway know. */
  get token(): string {
    return this.#address.token;
  }

  /** Runs `use` with a thread that no one else uses meanwhile. */
  async pooled<T>(use: (thread: JavaThread) => Promise<T>): Promise<T> {
    const thread =
      this.#idle.pop() ?? new JavaThread(this, await Py4jConnection.open(this.#address));
    try {
      return await use(thread);
    } finally {
      if (this.#isClosed) thread.connection.close();
      else if (thread.connection.isOpen) this.#idle.push(thread);
    }
  }

  callStatic(className: string, method: string, ...args: JavaArgument[]): Promise<JavaResult> {
    return this.pooled((thread) => thread.callStatic(className, method, ...args));
  }

  async make(className: string, ...args: JavaArgument[]): Promise<JavaObject> {
    const made = await this.pooled((thread) => thread.make(className, ...args));
    return asObject(made, className);
  }

  async list(items: readonly JavaArgument[]): Promise<JavaObject> {
    return this.pooled(async (thread) => {
      const list = asObject(await thread.make('java.util.ArrayList'), 'ArrayList');
      for (let at = 0; at < items.length; at += PIPELINED)
        await Promise.all(
          items.slice(at, at + PIPELINED).map((item) => thread.call(list, 'add', item)),
        );
      return list;
    });
  }

  async map(entries: Readonly<Record<string, string>>): Promise<JavaObject> {
    const map = await this.make('java.util.HashMap');
    for (const [key, value] of Object.entries(entries)) await map.call('put', key, value);
    return map;
  }

  array(className: string, items: readonly JavaArgument[]): Promise<JavaObject> {
    return this.pooled((thread) => thread.array(className, items));
  }

  /** Makes the handle of an object that an answer named. */
  adopt(id: string): JavaObject {
    const object = new JavaObject(this, id);
    this.#held.register(object, id);
    return object;
  }

  close(): void {
    this.#isClosed = true;
    for (const thread of this.#idle.splice(0)) thread.connection.close();
    this.#releaser?.then(
      (connection) => connection.close(),
      () => {},
    );
  }

  /** Many handles end at once when the collector runs: all go over one connection, together. */
  #release(id: string): void {
    this.#toRelease.push(id);
    if (this.#toRelease.length > 1) return;
    setImmediate(() => void this.#releaseAll().catch(() => {}));
  }

  async #releaseAll(): Promise<void> {
    if (this.#isClosed) return;
    this.#releaser ??= Py4jConnection.open(this.#address);
    const connection = await this.#releaser;
    connection.unref();
    const ids = this.#toRelease;
    this.#toRelease = [];
    await Promise.all(ids.map((id) => connection.send(`m\nd\n${id}\ne\n`)));
  }
}

function encoded(args: readonly JavaArgument[]): string {
  return args.map(encodeArgument).join('');
}

/** Narrows a result to an object; null is no object. */
export function asObject(result: JavaResult, what: string): JavaObject {
  if (result instanceof JavaObject) return result;
  throw new JavaException(what, `it gave ${String(result)} where an object was expected`);
}
