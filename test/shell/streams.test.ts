import { describe, expect, it } from 'vitest';
import { streamsLines, type StreamsRow } from '#dist/shell/print/streams-text.js';
import { textWidth } from '#dist/shell/text-width.js';

const running: StreamsRow = {
  name: 'ssc',
  state: 'running, a batch every 1 s, 1 batch waits',
  outputs: [
    {
      id: 0,
      description: "pprint ← reduceByKey ← map ← socketTextStream('localhost', 9999)",
      batches: 1200,
      failures: 2,
      records: 3_400_000,
      recentRecords: [0, 60_000, 120_000],
      recordsPerSecond: 120_000.4,
      delaySeconds: 0.314,
      lastError: '[TASK-101] two is not allowed\n  at cell 3',
    },
  ],
  sources: [
    {
      id: 4,
      description: "socketTextStream('localhost', 9999)",
      state: 'held back',
      records: 3_400_000,
      recentRecords: [700, 1_400],
      recordsPerSecond: 120_000,
      limitPerSecond: 120_000,
      lastError: null,
    },
  ],
};

describe('.streams', () => {
  it('tells of each output and source what it is, rate, delay and last error', () => {
    expect(streamsLines([running], 120)).toEqual([
      'ssc: running, a batch every 1 s, 1 batch waits',
      "  output 0  pprint ← reduceByKey ← map ← socketTextStream('localhost', 9999)",
      '            1,200 batches · 2 failed · 3,400,000 records · 120,000/s · delay 0.31 s',
      '            ▁▅█ records a batch, 120,000 in the last',
      '            last error: [TASK-101] two is not allowed',
      "  source s4  socketTextStream('localhost', 9999)",
      '             held back · 3,400,000 records · 120,000/s · at most 120,000/s',
      '             ▅█ records a batch, 1,400 in the last',
    ]);
  });

  it('leaves out what is not known and what does not bind', () => {
    const source = {
      ...running.sources[0]!,
      recentRecords: [],
      recordsPerSecond: null,
      limitPerSecond: Infinity,
    };
    const output = {
      ...running.outputs[0]!,
      batches: 1,
      failures: 0,
      recentRecords: [],
      recordsPerSecond: null,
      delaySeconds: null,
      lastError: null,
    };
    const lines = streamsLines([{ ...running, outputs: [output], sources: [source] }], 120);
    expect([lines[2], lines[4]]).toEqual(['            1 batch', '             held back']);
  });

  it('fits the terminal', () => {
    for (const line of streamsLines([running], 40)) expect(textWidth(line)).toBeLessThan(40);
  });
});
