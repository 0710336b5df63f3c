import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type State, StateSpec } from '#dist/streaming/state-spec.js';
import { mergeable } from '#dist/streaming/state-chain.js';
import { useBench } from './bench.js';

const open = useBench({ isPreloaded: true });
const folder = mkdtempSync(join(tmpdir(), 'tspark-mapped-'));
afterAll(() => rmSync(folder, { recursive: true }));

const total = (key: string, value: number | null, state: State<number>): [string, number] => {
  const sum = (state.get() ?? 0) + (value ?? 0);
  if (!state.isTimingOut()) state.update(sum);
  return [key, sum];
};

describe('mapWithState', () => {
  it('gives what the function returns for each pair, and keeps the states', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const pairs = b.ssc.queueStream<[string, number]>([
      [
        ['a', 1],
        ['b', 1],
        ['a', 2],
      ],
      [['a', 3]],
      [],
    ]);
    const sums = pairs.mapWithState(StateSpec.function(total).numPartitions(2));
    const seen = b.collect(sums, true);
    const states = b.collect(sums.stateSnapshots(), true);
    b.ssc.start();
    await b.pass(3);
    expect(seen).toEqual([
      [
        ['a', 1],
        ['a', 3],
        ['b', 1],
      ],
      [['a', 6]],
      [],
    ]);
    expect(states).toEqual([
      [
        ['a', 3],
        ['b', 1],
      ],
      [
        ['a', 6],
        ['b', 1],
      ],
      [
        ['a', 6],
        ['b', 1],
      ],
    ]);
  });

  it('begins with the initial states, keys by value', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const key: [string, number] = ['x', 1];
    const pairs = b.ssc.queueStream<[[string, number], number]>([[[key, 5]]]);
    const spec = StateSpec.function(
      (
        k: [string, number],
        value: number | null,
        state: State<number>,
      ): [[string, number], number] => {
        state.update((state.get() ?? 0) + (value ?? 0));
        return [k, state.get() ?? 0];
      },
    ).initialState([
      [['x', 1], 10],
      [['y', 2], 20],
    ]);
    const sums = pairs.mapWithState(spec);
    const seen = b.collect(sums);
    const states = b.collect(sums.stateSnapshots(), true);
    b.ssc.start();
    await b.pass(1);
    expect(seen).toEqual([[[['x', 1], 15]]]);
    expect(states).toEqual([
      [
        [['x', 1], 15],
        [['y', 2], 20],
      ],
    ]);
  });

  it('ends a state after a last call when nothing came for longer than the time-out', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const pairs = b.ssc.queueStream<[string, number]>([
      [
        ['a', 1],
        ['b', 1],
      ],
      [['b', 1]],
      [],
      [],
      [['a', 1]],
    ]);
    const spec = StateSpec.function(
      (key: string, value: number | null, state: State<number>): [string, string] => {
        if (state.isTimingOut()) return [key, `ended with ${state.get()}`];
        state.update((state.get() ?? 0) + (value ?? 0));
        return [key, `${state.get()}`];
      },
    ).timeout(2);
    const seen = b.collect(pairs.mapWithState(spec), true);
    b.ssc.start();
    await b.pass(5);
    expect(seen).toEqual([
      [
        ['a', '1'],
        ['b', '1'],
      ],
      [['b', '2']],
      [],
      [['a', 'ended with 1']],
      [
        ['a', '1'],
        ['b', 'ended with 2'],
      ],
    ]);
  });

  it('removes states, and refuses to change one twice', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const pairs = b.ssc.queueStream<[string, string]>([
      [['a', 'set']],
      [['a', 'remove']],
      [['a', 'set']],
      [['a', 'twice']],
      [['a', 'look']],
    ]);
    const spec = StateSpec.function((_key: string, what: string | null, state: State<number>) => {
      const before = state.exists();
      if (what === 'set') state.update(1);
      if (what === 'remove') state.remove();
      if (what === 'twice') {
        state.remove();
        state.remove();
      }
      return before;
    });
    const seen = b.collect(pairs.mapWithState(spec));
    b.ssc.start();
    await b.pass(5);
    // The fourth batch failed and changed nothing.
    expect(seen).toEqual([[false], [true], [false], [true]]);
    expect(b.ssc.streams[0]?.lastError?.message).toContain('it was removed already');
  });

  it('forgets what a failed batch did to states in place', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const pairs = b.ssc.queueStream<[string, number]>([[['a', 1]], [['a', -1]], [['a', 2]]]);
    const spec = StateSpec.function(
      (_key: string, value: number | null, state: State<{ sum: number }>) => {
        const held = state.get() ?? { sum: 0 };
        held.sum += value ?? 0;
        if (value === -1) throw new Error('no negative values');
        state.update(held);
        return held.sum;
      },
    );
    const seen = b.collect(pairs.mapWithState(spec));
    b.ssc.start();
    await b.pass(3);
    expect(seen).toEqual([[1], [3]]);
  });

  it('keeps thousands of changes over many batches, base renewed or not', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const queue: [number, number][][] = [];
    for (let batch = 0; batch < 12; batch++) {
      queue.push(
        Array.from({ length: 4000 }, (_, i): [number, number] => [(i * 7 + batch) % 5000, 1]),
      );
    }
    const spec = StateSpec.function((_key: number, value: number | null, state: State<number>) => {
      state.update((state.get() ?? 0) + (value ?? 0));
      return undefined;
    }).numPartitions(3);
    const states = b.collect(b.ssc.queueStream(queue).mapWithState(spec).stateSnapshots());
    b.ssc.start();
    await b.pass(12);
    const last = states.at(-1) ?? [];
    expect(last).toHaveLength(5000);
    expect(last.reduce((sum, [, n]) => sum + n, 0)).toBe(48_000);
  });

  it('keeps small changes over many batches, old blocks of changes merged or not', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const queue: [number, number][][] = [];
    const expected = new Map<number, number>();
    for (let batch = 0; batch < 80; batch++) {
      // Five keys a batch; every seventh batch ends the states of keys that are multiples of three.
      const value = batch % 7 === 6 ? -1 : batch;
      const keys = Array.from({ length: 5 }, (_, i) => (batch * 3 + i * 11) % 40);
      queue.push(keys.map((key) => [key, value]));
      for (const key of keys) {
        if (value === -1 && key % 3 === 0) expected.delete(key);
        else expected.set(key, value);
      }
    }
    // The 50th batch fails, having changed what it can.
    queue.splice(50, 0, [[1, -2]]);
    const spec = StateSpec.function((key: number, value: number | null, state: State<number>) => {
      if (value === -2) throw new Error('a batch that fails');
      if (value === -1 && key % 3 === 0) {
        if (state.exists()) state.remove();
      } else state.update(value ?? 0);
      return undefined;
    }).numPartitions(2);
    const states = b.collect(b.ssc.queueStream(queue).mapWithState(spec).stateSnapshots(), true);
    b.ssc.start();
    await b.pass(81);
    expect(new Map(states.at(-1))).toEqual(expected);
    expect(states).toHaveLength(80);
  });
});

describe('mergeable', () => {
  it('merges a tier of blocks when it is full, and with it the next one if that is full then', () => {
    const small = Array.from({ length: 7 }, () => 100);
    const large = Array.from({ length: 7 }, () => 800);
    expect(mergeable([], 1e6)).toBe(0);
    expect(mergeable(small, 1e6)).toBe(0);
    expect(mergeable([100, ...small], 1e6)).toBe(8);
    expect(mergeable([100, ...small, 800, 800], 1e6)).toBe(8);
    expect(mergeable([100, ...small, ...large], 1e6)).toBe(15);
    expect(mergeable([100, ...small, ...large, 8000], 1e6)).toBe(15);
  });

  it('leaves blocks alone that would be larger than the limit together', () => {
    const small = Array.from({ length: 8 }, () => 100);
    const large = Array.from({ length: 7 }, () => 800);
    expect(mergeable(small, 800)).toBe(8);
    expect(mergeable(small, 799)).toBe(0);
    expect(mergeable([...small, ...large], 6400)).toBe(15);
    expect(mergeable([...small, ...large], 6399)).toBe(8);
  });
});
