import { describe, expect, it } from 'vitest';
import { NextOffsets } from '#dist/streaming/kafka-positions.js';

const ANY = Number.POSITIVE_INFINITY;

/** Ends of partitions 0, 1, … of one topic. */
function ends(...offsets: readonly number[]) {
  return offsets.map((offset, partition) => ({ topic: 't', partition, offset }));
}

function counts(next: NextOffsets, total: number, perPartition = ANY): number[] {
  const ranges = next.rangesTo(ends(110, 230, 30), { perPartition, total });
  return ranges.map(({ fromOffset, untilOffset }) => untilOffset - fromOffset);
}

describe('the offsets of a Kafka batch', () => {
  const next = new NextOffsets([
    ['t', 0, 10],
    ['t', 1, 30],
    ['t', 2, 30],
  ]);

  it('are all there are without a bound', () => {
    expect(counts(next, ANY)).toEqual([100, 200, 0]);
  });

  it('share a bound in proportion to what each partition lags, and use it up', () => {
    expect(counts(next, 30)).toEqual([10, 20, 0]);
    expect(counts(next, 100)).toEqual([33, 67, 0]);
    expect(counts(next, 1)).toEqual([0, 1, 0]);
  });

  it('are at most so many of each partition', () => {
    expect(counts(next, ANY, 120)).toEqual([100, 120, 0]);
    expect(counts(next, 110, 120)).toEqual([50, 60, 0]);
  });

  it('begin at the end of a partition that has no place', () => {
    const none = new NextOffsets();
    expect(none.rangesTo(ends(7), { perPartition: ANY, total: ANY })).toEqual([
      { topic: 't', partition: 0, fromOffset: 7, untilOffset: 7 },
    ]);
    expect(none.isUnknownTo(ends(7))).toBe(true);
  });

  it('are an error where a topic ends before them', () => {
    const gone = new NextOffsets([['t', 0, 10]]);
    expect(gone.isUnknownTo(ends(3))).toBe(true);
    expect(() => gone.keepWithin(ends(0), ends(3), 'none')).toThrow(
      /\[STREAM-110\] t-0 is to be read from offset 10 on, but it holds 0 to 2/,
    );
    expect(gone.keepWithin(ends(0), ends(3), 'latest')).toBe(
      't-0 goes on at offset 3, as 10 is not there any more',
    );
    expect(gone.position).toEqual([['t', 0, 3]]);
  });
});
