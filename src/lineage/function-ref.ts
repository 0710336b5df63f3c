// How a lineage node names the function it applies: a captured user function, or one of ours by name.
import type { ClosurePayload } from '../closure/payload.js';

/**
 * A function of a node. Builtins are named, not captured: `name` is a key of `plan/builtins.ts`,
 * `args` plain data, `functions` the user functions it is built around.
 */
export type FunctionRef =
  | { readonly kind: 'closure'; readonly payload: ClosurePayload }
  | {
      readonly kind: 'builtin';
      readonly name: string;
      readonly args: readonly unknown[];
      readonly functions: readonly FunctionRef[];
    };

/** Names one of our own functions. */
export function builtin(
  name: string,
  args: readonly unknown[] = [],
  functions: readonly FunctionRef[] = [],
): FunctionRef {
  return { kind: 'builtin', name, args, functions };
}

/** A text that is equal for references that behave alike: the key of compiled code and of equal partitioners. */
export function functionKey(ref: FunctionRef): string {
  if (ref.kind === 'closure') return ref.payload.hash;
  const inner = ref.functions.map(functionKey).join(',');
  return `${ref.name}(${JSON.stringify(ref.args)};${inner})`;
}
