// Ranges of offsets as RDDs, and back: one partition for each range, read by the task itself. Driver only.
import { encodeBlock } from '../blocks/codec.js';
import type { SparkContext } from '../context.js';
import { UsageError } from '../errors.js';
import type { KafkaReading, KafkaRecord, OffsetRange } from '../io/kafka/kafka-settings.js';
import { builtin } from '../lineage/function-ref.js';
import { type LineageNode, makeNode, parentsOf } from '../lineage/node.js';
import { RDD } from '../rdd/rdd.js';
import { nodeOf, rddOver } from './handles.js';

/** The ranges that a node stands for. */
const rangesByNode = new WeakMap<LineageNode, readonly OffsetRange[]>();

/** The records of the ranges: read anew whenever they are computed, in order within each partition. */
export function rddOfRanges(
  sc: SparkContext,
  reading: KafkaReading,
  ranges: readonly OffsetRange[],
): RDD<KafkaRecord<unknown, unknown>> {
  // Without a record one empty partition does: batches of nothing should cost nothing.
  const read = ranges.filter(({ fromOffset, untilOffset }) => untilOffset > fromOffset);
  const partitions = read.length === 0 ? [[]] : read.map((range) => [range]);
  const blocks = partitions.map((one) => ({ kind: 'memory', block: encodeBlock(one) }) as const);
  const parent = makeNode('kafkaStream', { kind: 'blocks', partitions: blocks }, null);
  const op = {
    kind: 'mapPartitions',
    fn: builtin('kafkaRecords', [reading]),
    withIndex: false,
  } as const;
  const spec = { kind: 'narrow', parent, op, preservesPartitioning: false } as const;
  const node = makeNode('kafkaStream', spec, null);
  rangesByNode.set(node, ranges);
  return rddOver(sc, node);
}

/**
 * The offsets of Kafka that an RDD of a Kafka stream is made of, however it was made: one range for each
 * partition of each topic, of several batches for windows.
 *
 * **Throws** UsageError STREAM-106 for an RDD that does not come from Kafka.
 * **Source** `org.apache.spark.streaming.kafka010.HasOffsetRanges` 4.0, `rdd.offsetRanges()` of PySpark 2.4;
 * there only the stream's own RDD has them.
 *
 * **Example**
 * ```ts no-run
 * stream.foreachRDD((rdd) => {
 *   for (const { topic, partition, fromOffset, untilOffset } of offsetRanges(rdd)) {
 *     console.log(`${topic}-${partition}: ${fromOffset} to ${untilOffset}`);
 *   }
 * });
 * ```
 */
export function offsetRanges(rdd: RDD<unknown>): readonly OffsetRange[] {
  if (!(rdd instanceof RDD)) {
    throw new UsageError('STREAM-106', `offsetRanges needs an RDD, not ${typeof rdd}.`);
  }
  const seen = new Set<LineageNode>();
  const found: OffsetRange[] = [];
  let isKafka = false;
  const visit = (node: LineageNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    const ranges = rangesByNode.get(node);
    if (ranges !== undefined) {
      isKafka = true;
      for (const each of ranges) found.push(each);
      return;
    }
    for (const parent of parentsOf(node.spec)) visit(parent);
  };
  visit(nodeOf(rdd));
  if (isKafka) return found;
  throw new UsageError(
    'STREAM-106',
    'offsetRanges needs an RDD that a Kafka stream made, or one made from it without a state in between.',
  );
}
