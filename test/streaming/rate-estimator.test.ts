import { describe, expect, it } from 'vitest';
import { RateEstimator } from '#dist/streaming/rate-estimator.js';

function estimator(changes: Partial<ConstructorParameters<typeof RateEstimator>[0]> = {}) {
  return new RateEstimator({
    batchMs: 1000,
    proportional: 1,
    integral: 0.2,
    derivative: 0,
    minRate: 100,
    initialRate: 1000,
    maxRate: Number.POSITIVE_INFINITY,
    ...changes,
  });
}

/** A batch that ended at `second`; the rest as in most tests. */
function batch(second: number, records: number, processingMs: number, schedulingMs = 0) {
  return { endedMs: second * 1000, records, processingMs, schedulingMs, wasLimited: true };
}

describe('RateEstimator', () => {
  it('begins with a small bound, before anything is known', () => {
    expect(estimator().rate).toBe(1000);
  });

  it('takes the rate at which records were processed', () => {
    const rates = estimator();
    // 1000 records in 0.8 s are 1250 a second.
    rates.completed(batch(1, 1000, 800));
    expect(rates.rate).toBe(1250);
    // 1250 records in 2.5 s are 500 a second.
    rates.completed(batch(2, 1250, 2500));
    expect(rates.rate).toBe(500);
  });

  it('grows tenfold at most, however short a batch was', () => {
    const rates = estimator();
    rates.completed(batch(1, 1000, 0));
    expect(rates.rate).toBe(10_000);
    rates.completed(batch(2, 10_000, 10));
    expect(rates.rate).toBe(100_000);
  });

  it('goes below what is processed while batches have piled up', () => {
    const rates = estimator();
    // 500 a second; half a second of waiting is 250 records, of which a fifth is made up for.
    rates.completed(batch(1, 1000, 2000, 500));
    expect(rates.rate).toBe(450);
  });

  it('weighs differences and their change as it is told', () => {
    const rates = estimator({ proportional: 0.5, integral: 0, derivative: 0.1 });
    // Processed 500 a second, 500 below the rate: half of it is corrected.
    rates.completed(batch(1, 1000, 2000));
    expect(rates.rate).toBe(750);
    // Processed 250, 500 below again: the difference has not changed.
    rates.completed(batch(2, 750, 3000));
    expect(rates.rate).toBe(500);
    // Processed 500, no difference: it changed by -500 in a second, a tenth of which counts.
    rates.completed(batch(3, 1000, 2000));
    expect(rates.rate).toBe(550);
  });

  it('never goes below its floor, and comes back from there', () => {
    const rates = estimator();
    rates.completed(batch(1, 10, 60_000, 60_000));
    expect(rates.rate).toBe(100);
    rates.completed(batch(2, 100, 50));
    expect(rates.rate).toBe(1000);
  });

  it('never exceeds what is allowed', () => {
    const rates = estimator({ maxRate: 300 });
    expect(rates.rate).toBe(300);
    rates.completed(batch(1, 300, 1));
    expect(rates.rate).toBe(300);
  });

  it('learns nothing from a source that has little to say, unless it is late', () => {
    const rates = estimator();
    rates.completed({ ...batch(1, 5, 100), wasLimited: false });
    rates.completed(batch(2, 0, 100));
    expect(rates.rate).toBe(1000);
    rates.completed({ ...batch(3, 600, 1500), wasLimited: false });
    expect(rates.rate).toBe(400);
  });

  /** The rate after so many batches of a source that always has more, where a batch takes so long. */
  function settled(rates: RateEstimator, batches: number, takesMs: (records: number) => number) {
    let waitMs = 0;
    for (let second = 1; second <= batches; second++) {
      const processingMs = takesMs(rates.rate);
      rates.completed(batch(second, rates.rate, processingMs, waitMs));
      waitMs = Math.max(0, waitMs + processingMs - 1000);
    }
    return rates.rate;
  }

  it('settles where batches take their duration, whatever part of it records take', () => {
    // 1 ms a record; half a second and 0.1 ms a record.
    expect(settled(estimator(), 60, (records) => records)).toBeCloseTo(1000, -2);
    expect(settled(estimator(), 60, (records) => 500 + records / 10)).toBeCloseTo(5000, -3);
  });

  it('does not hold a source back for what batches take without it', () => {
    const rates = estimator({ initialRate: 10_000 });
    // Quick at first, then the machine is busy: each batch takes 1.2 s, of which its records take little.
    settled(rates, 10, (records) => 100 + records / 1000);
    expect(settled(rates, 30, (records) => 1200 + records / 1000)).toBeGreaterThan(50_000);
  });

  it('comes up from its floor where records cost little, and stays there where they cost much', () => {
    const low = { initialRate: 100 };
    const sizes = estimator(low);
    sizes.completed(batch(1, 100, 1500));
    sizes.completed(batch(2, 200, 1510));
    expect(settled(sizes, 40, (records) => 1500 + records / 10)).toBeGreaterThan(400);
    const costly = estimator(low);
    costly.completed(batch(1, 100, 1000));
    costly.completed(batch(2, 200, 2000));
    expect(settled(costly, 40, (records) => records * 10)).toBe(100);
  });
});
