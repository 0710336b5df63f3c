// What the configuration says of streaming.
import { parseSize } from '../conf.js';
import type { SparkContext } from '../context.js';
import { UsageError } from '../errors.js';
import { StorageLevel } from '../storage-level.js';
import { durationMs } from './duration.js';
import { holder } from './hold.js';
import type { RateSettings } from './rate-control.js';
import { ReceivedBudget } from './received-budget.js';
import type { ReceiverSettings } from './received-blocks.js';

/** Records a second of a source that nothing is known of yet. */
const INITIAL_RATE = 10_000;
/**
 * Records a second that are let through whatever happens. More than Spark's 100: where the machine is busy and a batch
 * takes long whatever is in it, holding a small source back would make it late and help nobody.
 */
const MIN_RATE = 1000;

const RECEIVER_BYTES = 'tspark.streaming.receiver.maxBytes';

/** How receivers keep what they received, at a storage level. */
export function receiverSettings(
  sc: SparkContext,
  level: StorageLevel = StorageLevel.MEMORY_AND_DISK,
): ReceiverSettings {
  return {
    maxBytes: receiverBytes(sc),
    budget: ReceivedBudget.of(sc),
    isLogged: hasWriteAheadLog(sc),
    hold: holder(sc, level),
  };
}

/** How the rate of sources follows processing: Spark's names and defaults, but for being on. */
export function rateSettings(sc: SparkContext): RateSettings {
  const conf = sc.getConf();
  const number = (key: string, otherwise: number): number => {
    const text = conf.get(key, null);
    const value = text === null || text.trim() === '' ? otherwise : Number(text);
    if (value >= 0) return value;
    throw new UsageError('CONF-101', `${key} is "${text}", but it must be a number from 0 on.`);
  };
  const pid = 'spark.streaming.backpressure.pid';
  const maxRate = number('spark.streaming.receiver.maxRate', 0);
  return {
    isAdaptive: conf.get('spark.streaming.backpressure.enabled', 'true') !== 'false',
    initialRate: number('spark.streaming.backpressure.initialRate', INITIAL_RATE),
    proportional: number(`${pid}.proportional`, 1),
    integral: number(`${pid}.integral`, 0.2),
    derivative: number(`${pid}.derived`, 0),
    // Never 0: without records nothing would be measured any more.
    minRate: Math.max(number(`${pid}.minRate`, MIN_RATE), 1),
    maxRate: maxRate > 0 ? maxRate : Number.POSITIVE_INFINITY,
  };
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
