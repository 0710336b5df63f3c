// Spark's own shuffle over map outputs of ours: pairs of a partition's number and a block are moved as they are.
// Driver only.
import { JavaLong } from './py4j/values.js';
import { asObject, type JavaObject } from './py4j/gateway.js';
import { PYTHON_API, type SparkSession } from './session.js';

/** Marks partitioners that send a number to the partition of that number. */
const PARTITION_FUNCTION_ID = new JavaLong(1n << 40n);

/** The RDD of the blocks of each partition. `sides` hold numbers and blocks in turn. */
export async function shuffledRdd(
  session: SparkSession,
  sides: readonly JavaObject[],
  partitions: number,
): Promise<JavaObject> {
  const { gateway } = session;
  const outputs = await unionOf(session, sides);
  const pairwise = await gateway.make(`${PYTHON_API}PairwiseRDD`, await outputs.object('rdd'));
  const pairs = await pairwise.object('asJavaPairRDD');
  const partitioner = await gateway.make(
    `${PYTHON_API}PythonPartitioner`,
    partitions,
    PARTITION_FUNCTION_ID,
  );
  const moved = await pairs.object('partitionBy', partitioner);
  return asObject(
    await gateway.callStatic(`${PYTHON_API}PythonRDD`, 'valueOfPair', moved),
    'valueOfPair',
  );
}

/** All partitions of several RDDs, one after the other. */
export async function unionOf(
  { gateway, context }: SparkSession,
  rdds: readonly JavaObject[],
): Promise<JavaObject> {
  if (rdds.length === 1) return rdds[0]!;
  return context.object('union', await gateway.array('org.apache.spark.api.java.JavaRDD', rdds));
}

/** Partition i holds the one frame of every RDD's partition i. */
export async function sideBySide(rdds: readonly JavaObject[]): Promise<JavaObject> {
  const [first, ...others] = rdds;
  let zipped = first!;
  for (const other of others) zipped = await zipped.object('zip', other);
  return zipped;
}
