// What the outputs of a stream do with each batch, and the functions of users that run at the driver. Driver only.
import { UsageError } from '../errors.js';
import type { RDD } from '../rdd/rdd.js';
import type { OutputSpec } from './output.js';
import { frameText, type PrintFunction, type PrintOptions } from './print.js';
import type { StreamNode } from './stream-node.js';

/**
 * A function that is called with each batch's RDDs, of `streams` streams; with the time before them if it has a
 * parameter more.
 */
export function driverFunction(
  operation: string,
  func: unknown,
  streams: number,
): (time: Date, rdds: readonly RDD<unknown>[]) => unknown {
  if (typeof func !== 'function') {
    throw new UsageError('STREAM-106', `${operation} needs a function, not ${typeof func}.`);
  }
  const withTime = func.length > streams;
  return (time, rdds) => (withTime ? func(time, ...rdds) : func(...rdds));
}

export function foreachOutput(node: StreamNode, func: unknown): OutputSpec {
  const call = driverFunction('foreachRDD', func, 1);
  return { operation: 'foreachRDD', node, run: (time, rdd) => call(time, [rdd]) };
}

/** `print` is asked for at each batch: it may be set anew. */
export function printOutput(
  node: StreamNode,
  num: number,
  how: PrintOptions & { print(): PrintFunction },
): OutputSpec {
  return {
    operation: 'pprint',
    node,
    run: async (time, rdd, output) => {
      const records = await rdd.take(num + 1);
      const batchTimeMs = time.getTime();
      how.print()({
        text: frameText(batchTimeMs, records, num),
        isEmpty: records.length === 0,
        batchTimeMs,
        outputId: output.id,
        isInPlace: how.inPlace === true,
      });
    },
  };
}

/** Text below `prefix-MILLISECONDS[.suffix]`. */
export function saveOutput(node: StreamNode, prefix: string, suffix = ''): OutputSpec {
  const ending = suffix === '' ? '' : `.${suffix}`;
  return {
    operation: 'saveAsTextFiles',
    node,
    run: (time, rdd) => rdd.saveAsTextFile(`${prefix}-${time.getTime()}${ending}`),
  };
}
