import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** What scripts/check-kill.mjs exports. */
interface CheckKill {
  killRun(options: {
    readonly dist: string;
    readonly kills: number;
    readonly seed: number;
  }): Promise<{
    readonly last: { readonly counts: unknown };
    /** Batches that were output again with other contents. */
    readonly contradicted: readonly unknown[];
  }>;
}

const root = new URL('../../', import.meta.url);
const dist = fileURLToPath(new URL(process.env.TSPARK_DIST ?? 'dist', root));

describe('a program that is killed five times', () => {
  it('counts every word once, and repeats batches only with the same contents', async () => {
    const { killRun } = (await import(new URL('scripts/check-kill.mjs', root).href)) as CheckKill;
    const { last, contradicted } = await killRun({ dist, kills: 5, seed: 20261122 });
    // 36 files with each word a hundred times.
    expect(last.counts).toEqual([
      ['be', [3600, 3600]],
      ['or', [3600, 3600]],
      ['to', [3600, 3600]],
    ]);
    expect(contradicted).toEqual([]);
  }, 120_000);
});
