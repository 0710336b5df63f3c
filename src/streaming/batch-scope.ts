// Ties jobs to batches: what runs for an output carries the batch's time and a tag to cancel it by. Driver only.
import type { SparkContext } from '../context.js';
import { PROPERTY } from '../rdd/job-properties.js';
import type { Batch } from './batches.js';
import type { Clock } from './clock.js';
import { batchTimeText } from './duration.js';
import { engineOf } from './handles.js';
import type { StreamOutput } from './output.js';

let nextScope = 0;

export class BatchScope {
  readonly #sc: SparkContext;
  readonly #tag = `streaming-${nextScope++}`;

  constructor(sc: SparkContext) {
    this.#sc = sc;
  }

  /** Runs `body`, and all it awaits, for an output of a batch. */
  within<R>(batch: Batch, output: StreamOutput, body: () => Promise<R>): Promise<R> {
    const time = batchTimeText(batch.timeMs);
    const changes = {
      [PROPERTY.batchTime]: String(batch.timeMs),
      [PROPERTY.tags]: this.#tag,
      [PROPERTY.group]: null,
      [PROPERTY.description]: `${output.spec.operation} of batch ${time}`,
    };
    return engineOf(this.#sc).properties.within(changes, body);
  }

  /** Whether the caller runs inside an output of this scope. */
  isInside(): boolean {
    return engineOf(this.#sc).properties.tags.includes(this.#tag);
  }

  /** Waits for what is under way; after `graceMs` its jobs are cancelled, after as much again it is left alone. */
  async finish(underWay: Promise<void>, clock: Clock, graceMs: number): Promise<void> {
    if (await settlesWithin(underWay, clock, graceMs)) return;
    this.#sc.cancelJobsWithTag(this.#tag);
    await settlesWithin(underWay, clock, graceMs);
  }
}

async function settlesWithin(work: Promise<void>, clock: Clock, limitMs: number): Promise<boolean> {
  let cancel = (): void => {};
  const limit = new Promise<boolean>((resolve) => {
    cancel = clock.callAt(clock.nowMs() + limitMs, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    cancel();
  }
}
