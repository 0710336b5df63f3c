// How much of the time of batches is due to their records; the rest they take however few there are. Compares batches
// of different sizes. Pure arithmetic.

/** Batches are of one size up to this factor; what differs less says more of chance than of records. */
const ONE_SIZE = 1.5;
/** How much the newest batch counts in what is known of its size. */
const NEWEST = 0.3;

/** What batches of about one size took. */
interface Size {
  readonly records: number;
  readonly ms: number;
}

export class RecordCost {
  #present: Size | null = null;
  /** The last size that was another. */
  #other: Size | null = null;

  add(batch: Size): void {
    const known = this.#present;
    if (known !== null && isOneSize(known.records, batch.records)) {
      const { records, ms } = known;
      this.#present = {
        records: records + NEWEST * (batch.records - records),
        ms: ms + NEWEST * (batch.ms - ms),
      };
      return;
    }
    this.#other = known;
    this.#present = batch;
  }

  /** Which part of the time of the newest batches is due to records: 0 to 1, and 1 while nothing is known. */
  get share(): number {
    const [a, b] = [this.#present, this.#other];
    if (a === null || b === null || a.ms === 0) return 1;
    const msPerRecord = (a.ms - b.ms) / (a.records - b.records);
    return Math.min(Math.max((msPerRecord * a.records) / a.ms, 0), 1);
  }
}

function isOneSize(a: number, b: number): boolean {
  return Math.max(a, b) < ONE_SIZE * Math.min(a, b);
}
