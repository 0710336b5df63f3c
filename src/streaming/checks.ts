// What must hold before streams run. Pure functions of the graph; errors say what to do.
import type { SparkContext } from '../context.js';
import { UsageError } from '../errors.js';
import type { StreamOutput } from './output.js';
import { lineOfDescent, reachableNodes } from './stream-node.js';

/** Throws unless there are outputs and each of them can run; `hasFolder` is whether the context has a checkpoint folder. */
export function checkStartable(
  outputs: readonly StreamOutput[],
  sc: SparkContext,
  hasFolder: boolean,
): void {
  if (outputs.length === 0) {
    throw new UsageError(
      'STREAM-102',
      'No output operations registered, so nothing to execute. ' +
        'Give a stream an output first, such as stream.pprint() or stream.foreachRDD(rdd => …).',
    );
  }
  for (const node of reachableNodes(outputs.map((output) => output.spec.node))) {
    const { spec } = node;
    const { kind } = spec;
    if (spec.kind === 'input' && spec.source.isLogged && !hasFolder) {
      throw new UsageError(
        'STREAM-105',
        'The write-ahead log (spark.streaming.receiver.writeAheadLog.enable) is kept in the checkpoint ' +
          `directory, which has not been set, but ${spec.source.text} needs it. ` +
          "Call ssc.checkpoint('some/folder') before ssc.start().",
      );
    }
    const needsFolder = kind === 'state' || kind === 'mapped-state' || kind === 'reduced-window';
    if ((needsFolder || node.checkpointMs !== null) && sc.getCheckpointDir() === null) {
      throw new UsageError(
        'STREAM-105',
        `The checkpoint directory has not been set, but ${node.operation} needs one ` +
          `(${lineOfDescent(node)}). Call ssc.checkpoint('some/folder') before ssc.start().`,
      );
    }
  }
}
