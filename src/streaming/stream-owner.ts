// What a DStream knows of the context it belongs to. An interface, because the context makes DStreams
// and files must not import each other in a circle.
import type { SparkContext } from '../context.js';
import type { Job } from '../job.js';
import type { RDD } from '../rdd/rdd.js';
import type { OutputSpec, StreamOutput } from './output.js';
import type { PrintFunction } from './print.js';
import type { StreamNode } from './stream-node.js';

export interface StreamOwner {
  readonly sparkContext: SparkContext;
  /** Seconds. */
  readonly batchDuration: number;
  readonly print: PrintFunction;
  /** Adds an output, from the next batch on if the context runs. */
  addOutput(spec: OutputSpec): StreamOutput;
  /** The RDDs of a stream between two times. */
  sliceOf(node: StreamNode, beginMs: number, endMs: number): Job<RDD<unknown>[]>;
  start(): void;
  stop(stopSparkContext?: boolean, stopGracefully?: boolean): Job<void>;
  awaitTermination(timeout?: number): Job<void>;
}
