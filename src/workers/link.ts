// What may stand between the driver and its workers: nothing, or an injector of faults. Runs on the driver's thread.
import type { Numbered } from './numbered.js';
import type { FromWorker, ToWorker } from './protocol.js';

/** A worker as a link sees it. */
export interface LinkedWorker {
  readonly id: number;
  terminate(reason: string): Promise<void>;
}

/** Takes every message on its way and delivers it, late, twice, or never if it ends the worker. */
export interface Link {
  toWorker(
    worker: LinkedWorker,
    numbered: Numbered<ToWorker>,
    deliver: (numbered: Numbered<ToWorker>) => void,
  ): void;
  fromWorker(
    worker: LinkedWorker,
    numbered: Numbered<FromWorker>,
    deliver: (numbered: Numbered<FromWorker>) => void,
  ): void;
}
