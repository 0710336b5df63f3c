// What the configuration says of streaming.
import type { SparkContext } from '../context.js';
import { parseSize } from '../conf.js';

const RECEIVER_BYTES = 'tspark.streaming.receiver.maxBytes';

/** Most bytes a receiver holds that are not processed yet. */
export function receiverBytes(sc: SparkContext): number {
  return parseSize(sc.getConf().get(RECEIVER_BYTES, '256m') ?? '256m', RECEIVER_BYTES);
}
