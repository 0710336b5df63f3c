import { afterEach, describe, expect, it } from 'vitest';
import { barsText, bucketBars } from '#dist/shell/print/bars-text.js';
import { PLAIN_STYLE } from '#dist/shell/style.js';
import { FakeShell } from './fake-shell.js';
import { value } from './fake-runner.js';

let fake: FakeShell;

afterEach(() => fake.leave());

describe('.hist', () => {
  it('draws the buckets of numbers', async () => {
    fake = new FakeShell({
      '(nums\n).histogram(10)': value([
        [0, 5, 10],
        [4, 1],
      ]),
    });
    fake.types.nums = 'RDD<number>';
    await fake.type('.hist nums');
    expect(fake.screen.text).toBe(
      `>>> .hist nums\n   [0, 5) ${'█'.repeat(60)} 4\n  [5, 10] ${'█'.repeat(15)} 1\n>>>`,
    );
  });

  it('draws a bar for each pair', async () => {
    fake = new FakeShell({
      '(counts\n).take(20)': value([
        ['LH', 3],
        ['AF', 0],
      ]),
    });
    fake.types.counts = 'RDD<[string, number]>';
    await fake.type('.hist counts');
    expect(fake.screen.text).toBe(`>>> .hist counts\n  LH ${'█'.repeat(60)} 3\n  AF 0\n>>>`);
  });

  it('says what it takes, and runs nothing else', async () => {
    fake = new FakeShell();
    await fake.type('.hist n', '.hist');
    expect(fake.screen.text.replaceAll('\n', ' ')).toContain('n is number.');
    expect(fake.screen.text).toContain('usage: .hist <rdd>');
    expect(fake.runner.seen).toEqual([]);
  });
});

describe('barsText', () => {
  it('fits the width and shows the smallest bar', () => {
    fake = new FakeShell();
    const bars = bucketBars([0, 0.5, 1], [1000, 1]);
    expect(barsText(bars, PLAIN_STYLE, 30)).toBe(
      `  [0, 0.5) ${'█'.repeat(12)} 1,000\n  [0.5, 1] ▏ 1`,
    );
  });
});
