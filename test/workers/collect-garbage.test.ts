// The collector is found by way of a flag of the whole process, also while other threads look for theirs.
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

const MODULE = new URL('../../dist/workers/collect-garbage.js', import.meta.url).href;
/** A module of its own each time looks for its own collector. */
const LOOKING = `
  const { parentPort } = require('node:worker_threads');
  (async () => {
    for (let i = 0; i < 60; i++) (await import(${JSON.stringify(MODULE)} + '?' + i)).collectGarbage();
    parentPort.postMessage('found');
  })();`;

it('threads find the garbage collector at the same time', async () => {
  const found = await Promise.all(
    Array.from({ length: 4 }, () => {
      const worker = new Worker(LOOKING, { eval: true });
      return new Promise((resolve) => {
        worker.once('message', resolve).once('error', resolve);
      });
    }),
  );
  expect(found).toEqual(['found', 'found', 'found', 'found']);
});
