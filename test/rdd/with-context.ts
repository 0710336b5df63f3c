// One SparkContext for the tests of a file: started before the first, stopped after the last.
import { afterAll, beforeAll } from 'vitest';
import { SparkConf, SparkContext } from '#dist/index.js';

/** Gives the context; call it inside tests. */
export function withContext(
  master = 'local[2]',
  settings: Record<string, string> = {},
): () => SparkContext {
  let context: SparkContext | null = null;
  beforeAll(() => {
    const conf = new SparkConf(false).setMaster(master).setAppName('tests');
    context = new SparkContext(conf.setAll(Object.entries(settings)));
  });
  afterAll(async () => {
    await context?.stop();
  });
  return () => {
    if (context === null) throw new Error('the context is not made yet');
    return context;
  };
}

/** Sorted by JSON text, for results whose order is open. */
export function sorted<T>(records: readonly T[]): T[] {
  return [...records].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
