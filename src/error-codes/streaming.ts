// Error codes of streams, sources and checkpoints.
import type { ErrorCodeEntry } from './entry.js';

export const STREAM_CODES = {
  'STREAM-101': {
    by: 'UsageError',
    what: 'A duration is no positive number of seconds, or no multiple of the slide of its stream.',
    action: 'Give a positive number that is a multiple of the batch duration.',
  },
  'STREAM-102': {
    by: 'UsageError',
    what: 'A streaming context was started that has no output.',
    action: 'Give a stream an output first: pprint, foreachRDD or saveAsTextFiles.',
  },
  'STREAM-103': {
    by: 'UsageError',
    what: 'A streaming context was started after it was stopped.',
    action: 'Make a new StreamingContext; at the prompt `ssc` itself can be started again.',
  },
  'STREAM-104': {
    by: 'UsageError',
    what: 'Streams that cannot be combined were combined: none at all, or with different slides or contexts.',
    action: 'Combine streams of one context, and give them one slide by window().',
  },
  'STREAM-105': {
    by: 'UsageError',
    what: 'A stream that keeps a state or a window was started without a checkpoint folder.',
    action: 'Call ssc.checkpoint(path) before the start.',
  },
  'STREAM-106': {
    by: 'UsageError',
    what: 'A streaming operation got an argument it cannot use, or its function returned something else than an RDD.',
    action: 'Read the message: it names the operation and what it needs.',
  },
  'STREAM-107': {
    by: 'CancelledError',
    what: 'Waiting for the end of a stream was given up.',
    action: 'Nothing: the streams go on. Use ssc.stop() to end them.',
  },
  'STREAM-108': {
    by: 'UsageError',
    what: 'A checkpoint cannot be read, or holds data of operators that the program does not have.',
    action:
      "Give operators their names back with .name('…'), or drop data by tspark.streaming.checkpoint.reset.",
  },
  'STREAM-109': {
    by: 'TaskError',
    what: 'Offsets of a Kafka topic that a batch is made of are not in the topic any more.',
    action:
      "Keep records for longer than the stream may lag, or set offsetReset: 'earliest' to go on with what is left.",
  },
  'STREAM-110': {
    by: 'UsageError',
    what: 'A Kafka topic does not exist, or does not hold the offsets a stream is to go on at.',
    action: 'Check the name, make the topic, or set startingOffsets or offsetReset.',
  },
  'STREAM-501': {
    by: 'TaskError',
    what: 'A Kafka broker did not give the records of a batch in time, or refused to.',
    action:
      'Look after the broker; spark.streaming.kafka.consumer.poll.ms says how long a task waits for it.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
