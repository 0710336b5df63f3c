// The worker thread: receives stages and tasks, one task at a time, and answers with outputs.
// Imports only what a task needs, so that a thread starts in milliseconds.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { WorkerConsole } from './console.js';
import { installNativeGuards } from './native-guards.js';
import { installProcessGuards } from './process-guards.js';
import { type Batch, InOrder, Numbering, unbatched } from './numbered.js';
import type { FromWorker, ToWorker, WorkerSetup } from './protocol.js';
import { WorkerState } from './state.js';

// The driver is not this thread's parent: see supervisor-thread.ts. The parent is told that the modules are there.
parentPort!.postMessage('loaded');
const { port, ...setup } = workerData as WorkerSetup & { readonly port: MessagePort };
const numbering = new Numbering<FromWorker>();
let outgoing: FromWorker[] = [];
/** `isFollowed`: what comes next takes it along. */
const send = (message: FromWorker, isFollowed = false): void => {
  outgoing.push(message);
  if (isFollowed) return;
  port.postMessage(numbering.batch(outgoing));
  outgoing = [];
};
installNativeGuards();
installProcessGuards();
const state = new WorkerState(setup, send);
new WorkerConsole(send, state).install();

// Tasks wait for their stage's modules to load: messages are handled strictly in order.
let last: Promise<void> = Promise.resolve();
const received = new InOrder<ToWorker>((message) => {
  // A task that waits at a barrier holds up the order, so this one overtakes.
  if (message.type === 'barrier-met') state.meetBarrier(message.said);
  else last = last.then(() => state.handle(message));
});
port.on('message', (batch: Batch<ToWorker>) => {
  for (const numbered of unbatched(batch)) received.accept(numbered);
});
// What user code throws later (a timer, a promise nobody awaits) belongs to the task that runs, if any.
process.on('uncaughtException', (error) => state.failFromOutside(error));
process.on('unhandledRejection', (reason) => state.failFromOutside(reason));
send({ type: 'ready' });
