// The thread that ends a worker whose daemon is gone: nobody could end it otherwise, and in an endless loop it would
// not see by itself that it is wanted no more. A task that it runs is tried again by Spark.
import { workerData } from 'node:worker_threads';

const LOOK_MS = 500;

const parentId = workerData as number;
setInterval(() => {
  if (process.ppid !== parentId) process.kill(process.pid, 'SIGKILL');
}, LOOK_MS);
