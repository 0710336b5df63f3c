// The one inspector session through which captured variables are read, in the thread that captures.
// `Runtime.enable` is never called (it makes the console slow); the debugger is on for moments only (it makes
// await slow). Knows values and their internals, nothing of closures.
import { Session } from 'node:inspector';

/** What the inspector says of a value; objects are named by an id. */
export interface RemoteValue {
  readonly type: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly objectId?: string;
}

export interface RemoteProperty {
  readonly name: string;
  readonly value?: RemoteValue;
}

export interface Internals {
  /** By name, such as `[[Scopes]]`. */
  readonly slots: ReadonlyMap<string, RemoteValue>;
  /** Private fields in the order in which they were defined; those of a base class come first. */
  readonly privateFields: readonly RemoteProperty[];
}

const SLOT = Symbol.for('tspark.inspectorSlot');
const SLOT_TEXT = 'globalThis[Symbol.for("tspark.inspectorSlot")]';
const GROUP = 'tspark';
const VALUE_IN_SLOT = { expression: `${SLOT_TEXT}.value`, objectGroup: GROUP };

interface Slot {
  value: unknown;
  args: readonly unknown[];
}

class InspectorAccess {
  #session: Session | null = null;
  #holdsObjects = false;
  #isDebugging = false;
  readonly #slot: Slot = { value: undefined, args: [] };

  /** The text that stands for the slot in evaluated expressions. */
  readonly slotText = SLOT_TEXT;

  get session(): Session {
    if (this.#session === null) {
      this.#session = new Session();
      this.#session.connect();
    }
    return this.#session;
  }

  /** Calls a method of the protocol; in-process sessions answer before `post` returns. */
  post<T>(method: string, params?: object): T {
    let failure: Error | null = null;
    let answer: unknown;
    this.session.post(method, params, (error: Error | null, result?: object) => {
      failure = error;
      answer = result;
    });
    if (failure !== null) throw new Error(`${method}: ${(failure as Error).message}`);
    return answer as T;
  }

  /** The inspector's view of a value. */
  remote(value: unknown): RemoteValue {
    this.#defineSlot();
    this.#slot.value = value;
    this.#holdsObjects = true;
    return this.post<{ result: RemoteValue }>('Runtime.evaluate', VALUE_IN_SLOT).result;
  }

  /** The value itself behind the inspector's view. */
  local(remote: RemoteValue): unknown {
    if (remote.objectId === undefined) return primitive(remote);
    this.post('Runtime.callFunctionOn', {
      objectId: remote.objectId,
      functionDeclaration: `function () { "use strict"; ${SLOT_TEXT}.value = this; }`,
    });
    return this.take();
  }

  /** Internal slots and private fields of an object or function. */
  internals(value: object): Internals {
    const answer = this.post<{
      internalProperties?: RemoteProperty[];
      privateProperties?: RemoteProperty[];
    }>('Runtime.getProperties', { objectId: this.remote(value).objectId, ownProperties: true });
    const slots = new Map<string, RemoteValue>();
    for (const { name, value: slot } of answer.internalProperties ?? [])
      if (slot) slots.set(name, slot);
    return { slots, privateFields: answer.privateProperties ?? [] };
  }

  /** Puts values where evaluated expressions find them: `slot.value`, `slot.args`. */
  give(value: unknown, args: readonly unknown[] = []): void {
    this.#defineSlot();
    this.#slot.value = value;
    this.#slot.args = args;
  }

  /** The value left in the slot, which is emptied. */
  take(): unknown {
    const { value } = this.#slot;
    this.#slot.value = undefined;
    this.#slot.args = [];
    return value;
  }

  /** Turns the debugger on until `release`: turning it on is what costs, and it slows down what runs meanwhile. */
  useDebugger(): void {
    if (this.#isDebugging) return;
    this.post('Debugger.enable');
    this.#isDebugging = true;
  }

  /** Turns the debugger off and on again, so that it tells of all scripts. */
  restartDebugger(): void {
    this.stopDebugger();
    this.useDebugger();
  }

  stopDebugger(): void {
    if (!this.#isDebugging) return;
    this.#isDebugging = false;
    this.post('Debugger.disable');
  }

  /** Lets go of everything looked at since the last time. */
  release(): void {
    this.stopDebugger();
    if (!this.#holdsObjects) return;
    this.#slot.value = undefined;
    this.#holdsObjects = false;
    this.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
  }

  #defineSlot(): void {
    if (Reflect.get(globalThis, SLOT) === this.#slot) return;
    Object.defineProperty(globalThis, SLOT, {
      value: this.#slot,
      enumerable: false,
      configurable: true,
    });
  }
}

function primitive(remote: RemoteValue): unknown {
  if ('value' in remote) return remote.value;
  const text = remote.unserializableValue;
  if (text === undefined) return undefined;
  return remote.type === 'bigint' ? BigInt(text.slice(0, -1)) : Number(text);
}

export const inspectorAccess = new InspectorAccess();
