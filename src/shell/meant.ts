// "Did you mean" for what failed: a method that a value does not have, a name that nobody declared. Pure.
import { SparkContext } from '../context.js';
import { RDD } from '../rdd/rdd.js';
import { StreamingContext } from '../streaming/context.js';
import { DStream } from '../streaming/dstream.js';
import { nearest } from './nearest.js';

const NOT_A_FUNCTION = /([\p{ID_Start}_$][\p{ID_Continue}$]*) is not a function/u;
const NOT_DEFINED =
  /(?:^|\s)(?:([\p{ID_Start}_$][\p{ID_Continue}$]*) is not defined|Cannot find name '([^']+)')/u;

/** `; did you mean filter?`, or nothing. `names` are those of the session. */
export function meantText(message: string, names: Iterable<string>): string {
  const method = NOT_A_FUNCTION.exec(message)?.[1];
  if (method !== undefined) return hint(nearest(method, methodNames()));
  const match = NOT_DEFINED.exec(message);
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? '' : hint(nearest(name, [...names]));
}

function hint(word: string | null): string {
  return word === null ? '' : `; did you mean ${word}?`;
}

function methodNames(): string[] {
  const prototypes = [RDD, SparkContext, DStream, StreamingContext, String, Array, Map].map(
    ({ prototype }) => prototype as object,
  );
  return [...new Set(prototypes.flatMap((prototype) => Object.getOwnPropertyNames(prototype)))];
}
