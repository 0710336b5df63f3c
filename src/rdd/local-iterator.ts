// Goes through an RDD at the driver one partition at a time. Driver only.
import type { LineageNode } from '../lineage/node.js';
import type { Engine } from './engine.js';

/** Fetches a partition when it is reached; with `prefetch`, the next one while the user is busy with this one. */
export async function* iterateLocally<T>(
  engine: Engine,
  node: LineageNode,
  prefetch: boolean,
): AsyncGenerator<T, void, undefined> {
  const total = await engine.query(() => engine.backend.countPartitions(node));
  const fetch = (partition: number): Promise<T[]> => {
    const job = engine.action('toLocalIterator', (run) => run.records<T>(node, [partition]));
    // A prefetched partition may fail before it is waited for; the wait reports it.
    job.catch(() => {});
    return job;
  };
  let next: Promise<T[]> | null = null;
  for (let partition = 0; partition < total; partition++) {
    const records = await (next ?? fetch(partition));
    next = prefetch && partition + 1 < total ? fetch(partition + 1) : null;
    yield* records;
  }
}
