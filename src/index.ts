// The public list: everything users import from 'tspark'.
export { Accumulator, type AccumulatorParam } from './accumulator.js';
export { Broadcast } from './broadcast.js';
export { SparkConf } from './conf.js';
export { SparkContext } from './context.js';
export {
  type CallSite,
  CancelledError,
  ClosureError,
  ERROR_CODES,
  type ErrorCode,
  InternalError,
  LostDataError,
  TaskError,
  TsparkError,
  UsageError,
} from './errors.js';
export { EventBus, type EventOf, type TsparkEvent } from './events.js';
export { Job } from './job.js';
export { BoundedFloat } from './rdd/approximate.js';
export type { HadoopSettings } from './rdd/hadoop-settings.js';
export { RDD, RDDBarrier } from './rdd/rdd.js';
export { type SparkJobInfo, type SparkStageInfo, StatusTracker } from './rdd/status-tracker.js';
export type { Fractions, PartitionFunction, Records, ResultIterable } from './rdd/types.js';
export { StatCounter } from './stat-counter.js';
export { StorageLevel } from './storage-level.js';
export {
  BarrierTaskContext,
  type BarrierTaskInfo,
  SparkFiles,
  TaskContext,
} from './task-context.js';
export { StreamingContext } from './streaming/context.js';
export { DStream, MapWithStateDStream } from './streaming/dstream.js';
export type { KafkaRecord, OffsetRange } from './io/kafka/kafka-settings.js';
export type { KafkaStreamOptions } from './streaming/kafka-options.js';
export { offsetRanges } from './streaming/kafka-ranges.js';
export { type BatchInfo, StreamingListener } from './streaming/listener.js';
export { Receiver } from './streaming/receiver.js';
export { type State, StateSpec } from './streaming/state-spec.js';
