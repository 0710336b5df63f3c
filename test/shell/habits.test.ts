import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DRIVER_ONLY } from '#dist/closure/payload.js';
import { makeHabits, len } from '#dist/shell/habits.js';
import { HABIT_TYPES } from '#dist/shell/start-language.js';

interface Habits {
  help(value?: unknown): void;
  exit(): void;
  quit(): void;
  spark: unknown;
}

describe('habits of pyspark', () => {
  it('measures what has a length and names the way for an RDD', () => {
    expect([
      len('abc'),
      len([1, 2]),
      len(new Map([[1, 2]])),
      len(new Set()),
      len({ a: 1 }),
    ]).toEqual([3, 2, 1, 0, 1]);
    expect(len(new Float64Array(4))).toBe(4);
    expect(() => len({ [DRIVER_ONLY]: 'an RDD' })).toThrow(
      'an RDD has no length that is known without a job: use .count().',
    );
    expect(() => len(5)).toThrow('5 has no length.');
  });

  it('leaves, helps and says where spark is', () => {
    const said: string[] = [];
    let leaves = 0;
    const habits = makeHabits({ leave: () => leaves++, say: (text) => said.push(text) });
    const target = habits as unknown as Habits;
    target.exit();
    target.quit();
    target.help();
    target.help(new Map());
    expect(leaves).toBe(2);
    expect(said[0]).toContain('.help lists the commands');
    expect(said[1]).toContain('Map: clear, delete, entries');
    expect(inspect(target.spark)).toContain('sc is the SparkContext');
    expect(Object.keys(habits).sort()).toEqual(Object.keys(HABIT_TYPES).sort());
  });
});
