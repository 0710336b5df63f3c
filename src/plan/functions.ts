// Turns function references into functions, in the worker. Stateless closures are revived once and kept,
// so that compiled loops find the same function again; others anew for every task, as Spark does.
import type { ReviveContext } from '../closure/payload.js';
import { reviveClosure } from '../closure/revive.js';
import { InternalError } from '../errors.js';
import { type FunctionRef, functionKey } from '../lineage/function-ref.js';
import { BUILTINS } from './builtins.js';

const MAX_KEPT = 1024;

/** A function with the key that identifies it across tasks. */
export interface BoundFunction {
  readonly call: Function;
  readonly key: string;
}

export class FunctionResolver {
  readonly #kept = new Map<string, Function>();
  readonly #context: ReviveContext;

  constructor(context: ReviveContext) {
    this.#context = context;
  }

  /** A resolver for one task: what may hold state is made once per task and dropped with it. */
  forTask(): (ref: FunctionRef) => BoundFunction {
    const own = new Map<string, Function>();
    const resolve = (ref: FunctionRef): BoundFunction => {
      const key = functionKey(ref);
      const isKept = isStateless(ref);
      const store = isKept ? this.#kept : own;
      let call = store.get(key);
      if (call === undefined) {
        call = this.#make(ref, resolve);
        store.set(key, call);
        if (isKept && store.size > MAX_KEPT) store.delete(store.keys().next().value!);
      }
      return { call, key };
    };
    return resolve;
  }

  #make(ref: FunctionRef, resolve: (ref: FunctionRef) => BoundFunction): Function {
    if (ref.kind === 'closure') return reviveClosure(ref.payload, this.#context);
    const make = BUILTINS[ref.name];
    if (make === undefined)
      throw new InternalError('INTERNAL-901', `there is no builtin ${ref.name}`);
    return make(
      ref.args,
      ref.functions.map((inner) => resolve(inner).call),
    );
  }
}

function isStateless(ref: FunctionRef): boolean {
  return ref.kind === 'closure' ? ref.payload.isStateless : ref.functions.every(isStateless);
}
