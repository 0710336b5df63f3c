import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const dist = `${process.cwd()}/${process.env.TSPARK_DIST ?? 'dist'}`;

test('functions can be captured in a worker thread as well', async () => {
  const worker = new Worker(
    `
    import { parentPort, workerData } from 'node:worker_threads';
    const { captureClosure } = await import(workerData + '/closure/capture.js');
    const { reviveClosure } = await import(workerData + '/closure/revive.js');
    const limit = 3;
    class Scaler { k = 4; make() { return (x) => this.k * x + limit } }
    const payload = captureClosure(new Scaler().make(), { operation: 'map', site: null });
    parentPort.postMessage(reviveClosure(payload, { module() {}, resolveHandle() {} })(2));
    `,
    { eval: true, workerData: dist, execArgv: ['--input-type=module'] },
  );
  const [result] = (await once(worker, 'message')) as [number];
  await worker.terminate();
  expect(result).toBe(11);
});
