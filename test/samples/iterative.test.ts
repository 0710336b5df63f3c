// The samples that go over cached data round by round: what they find on data whose answer is known.
import { describe, expect, it } from 'vitest';
import { runSample } from './run-sample.js';

describe('iterative samples', () => {
  it('k-means finds the places around which points lie', () => {
    const { status, stdout, stderr } = runSample('k-means.ts', ['6000']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^6000 points, centers after \d+ rounds: 10\.0 10\.0, 30\.0 60\.0, 50\.0 20\.0\n$/,
    );
  }, 70_000);

  it('logistic regression tells most points rightly', () => {
    const { status, stdout, stderr } = runSample('logistic-regression.ts', ['4000']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [, share] = /^4000 points, ([\d.]+) % told rightly/.exec(stdout) ?? [];
    expect(Number(share)).toBeGreaterThan(95);
  }, 70_000);

  it('PageRank puts the pages first that all others link to', () => {
    const { status, stdout, stderr } = runSample('page-rank.ts', ['500']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const ranked = [...stdout.matchAll(/^page (\d+): ([\d.]+)$/gm)];
    expect(ranked).toHaveLength(5);
    expect(ranked.every(([, page]) => Number(page) < 10)).toBe(true);
    const ranks = ranked.map(([, , rank]) => Number(rank));
    expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
  }, 70_000);
});
