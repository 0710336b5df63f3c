// What the configuration says of streaming.
import type { SparkContext } from '../context.js';
import { parseSize } from '../conf.js';
import { durationMs } from './duration.js';
import type { ReceiverSettings } from './socket-source.js';

const RECEIVER_BYTES = 'tspark.streaming.receiver.maxBytes';

/** How receivers keep what they received. */
export function receiverSettings(sc: SparkContext): ReceiverSettings {
  return { maxBytes: receiverBytes(sc), isLogged: hasWriteAheadLog(sc) };
}

/** Most bytes a receiver holds that are not processed yet. */
function receiverBytes(sc: SparkContext): number {
  return parseSize(sc.getConf().get(RECEIVER_BYTES, '256m') ?? '256m', RECEIVER_BYTES);
}

const CHECKPOINT_INTERVAL = 'tspark.streaming.checkpoint.interval';

/** Least time from one checkpoint to the next, in milliseconds. */
export function checkpointIntervalMs(sc: SparkContext): number {
  const seconds = sc.getConf().get(CHECKPOINT_INTERVAL, '10') ?? '10';
  return durationMs(Number(seconds.replace(/s$/, '')), CHECKPOINT_INTERVAL);
}

/** Operators whose data in a checkpoint is to be dropped. */
export function resetOperators(sc: SparkContext): readonly string[] {
  const names = sc.getConf().get('tspark.streaming.checkpoint.reset', '') ?? '';
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Whether received data is written to the checkpoint folder before it is processed. */
function hasWriteAheadLog(sc: SparkContext): boolean {
  return sc.getConf().get('spark.streaming.receiver.writeAheadLog.enable', 'false') === 'true';
}
