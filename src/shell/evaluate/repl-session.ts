// Evaluates JavaScript in V8's REPL mode through an in-process inspector session. Main thread.
// `Runtime.enable` and `Debugger.enable` are never called: they make the console and `await` many times slower.
import { Session } from 'node:inspector';
import { Script } from 'node:vm';

export type Evaluation =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown; readonly place: ThrowPlace }
  | { readonly kind: 'interrupted' }
  /** Ended by force from another thread, which says why. */
  | { readonly kind: 'terminated' };

/** Where V8 says it happened, for what carries no stack. Counts from 1. */
export interface ThrowPlace {
  readonly line: number;
  readonly column: number;
}

interface RemoteObject {
  readonly type: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly objectId?: string;
}

interface EvaluateResult {
  readonly result: RemoteObject;
  readonly exceptionDetails?: {
    readonly lineNumber: number;
    readonly columnNumber: number;
    readonly exception?: RemoteObject;
  };
}

/** Names on the global object that evaluated scripts use to reach this file; taken away after use. */
const RUN_NAME = '__tsparkRun';
const TAKE_NAME = '__tsparkTake';

export class ReplSession {
  readonly #session = new Session();
  readonly #runScript = new Script(`globalThis.${RUN_NAME}()`);

  constructor() {
    this.#session.connect();
  }

  /**
   * Evaluates a program with top-level await. `guard` runs the synchronous part, which Ctrl-C ends by itself;
   * what comes after an await is the watchdog's business. Never rejects.
   */
  evaluate(js: string, guard: (run: () => void) => void): Promise<Evaluation> {
    return new Promise((resolve) => {
      const start = (): void => {
        const parameters = { expression: js, replMode: true };
        this.#session.post('Runtime.evaluate', parameters, (error, answer) => {
          // The protocol itself fails only where the evaluation was ended.
          const end: Evaluation = error
            ? { kind: 'terminated' }
            : this.#read(answer as unknown as EvaluateResult);
          // Ctrl-C ends the evaluation as any force does; that it was Ctrl-C shows below, a moment later.
          if (end.kind === 'terminated') setImmediate(() => resolve(end));
          else resolve(end);
        });
      };
      try {
        guard(() => this.#interruptible(start));
      } catch {
        resolve({ kind: 'interrupted' });
      }
    });
  }

  /** Evaluates an expression of ours at once, with the session's names in scope. */
  evaluateNow(expression: string): unknown {
    let found: unknown;
    this.#session.post('Runtime.evaluate', { expression }, (error, answer) => {
      const result = answer as unknown as EvaluateResult | undefined;
      if (!error && result?.exceptionDetails === undefined && result)
        found = this.#take(result.result);
    });
    return found;
  }

  close(): void {
    this.#session.disconnect();
  }

  #interruptible(start: () => void): void {
    const globals = globalThis as Record<string, unknown>;
    globals[RUN_NAME] = start;
    try {
      this.#runScript.runInThisContext({ breakOnSigint: true });
    } finally {
      delete globals[RUN_NAME];
    }
  }

  #read({ result, exceptionDetails }: EvaluateResult): Evaluation {
    if (exceptionDetails === undefined) return { kind: 'value', value: this.#take(result) };
    const { lineNumber, columnNumber, exception } = exceptionDetails;
    const place = { line: lineNumber + 1, column: columnNumber + 1 };
    return { kind: 'threw', error: this.#take(exception ?? result), place };
  }

  /** The value itself behind the inspector's view of it. */
  #take(remote: RemoteObject): unknown {
    const { objectId } = remote;
    if (objectId === undefined) return primitive(remote);
    const globals = globalThis as Record<string, unknown>;
    let taken: unknown;
    globals[TAKE_NAME] = (value: unknown) => {
      taken = value;
    };
    try {
      this.#session.post('Runtime.callFunctionOn', {
        objectId,
        functionDeclaration: `function (value) { globalThis.${TAKE_NAME}(value); }`,
        arguments: [{ objectId }],
      });
      this.#session.post('Runtime.releaseObject', { objectId });
    } finally {
      delete globals[TAKE_NAME];
    }
    return taken;
  }
}

function primitive({ type, value, unserializableValue }: RemoteObject): unknown {
  if (unserializableValue === undefined) return value;
  if (type === 'bigint') return BigInt(unserializableValue.slice(0, -1));
  return Number(unserializableValue);
}
