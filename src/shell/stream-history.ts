// How much the last batches brought, learnt from events: for the sparkline of `.streams`.
import type { TsparkEvent } from '../events.js';

const KEPT = 40;

export class StreamHistory {
  /** Records that came in, batch by batch, oldest first. */
  readonly records: number[] = [];

  readonly onEvent = (event: TsparkEvent): void => {
    if (event.kind !== 'batch-completed') return;
    this.records.push(event.inputRecords);
    if (this.records.length > KEPT) this.records.shift();
  };
}
