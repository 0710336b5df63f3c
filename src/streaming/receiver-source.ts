// A Receiver as a source of batches: blocks of its records, errors told once, started again with growing pauses.
// Main thread only.
import type { StoredBlock } from '../blocks/block.js';
import { makeNode } from '../lineage/node.js';
import type { RDD } from '../rdd/rdd.js';
import type { BlockFile } from './checkpoint-folder.js';
import { rddOver } from './handles.js';
import type { InputRun, InputSource, RecoveredInput } from './input.js';
import { RecordBlock } from './open-block.js';
import { Outages } from './outages.js';
import { ReceivedBlocks, type ReceiverSettings } from './received-blocks.js';
import type { Receiver } from './receiver.js';
import { SafetyWaiters } from './safety-waiters.js';

export class ReceiverSource<T> implements InputSource {
  readonly text: string;
  readonly #receiver: Receiver<T>;
  readonly isLogged: boolean;
  readonly #received: ReceivedBlocks<readonly unknown[]>;
  #run: InputRun | null = null;
  #outages: Outages | null = null;
  #position: unknown;
  /** Positions at the edges of batches that are not forgotten. */
  readonly #positions = new Map<number, unknown>();
  #untilMs = Number.NEGATIVE_INFINITY;
  #onRoom: (() => void)[] = [];
  readonly #safety = new SafetyWaiters();

  constructor(text: string, receiver: Receiver<T>, settings: ReceiverSettings) {
    this.text = text;
    this.#receiver = receiver;
    this.isLogged = settings.isLogged;
    this.#received = new ReceivedBlocks(new RecordBlock(), settings, () => {
      for (const resolve of this.#onRoom.splice(0)) resolve();
    });
  }

  start(run: InputRun): void {
    this.#run = run;
    const outages = new Outages(run, this.text);
    this.#outages = outages;
    this.#received.rate = run.rate;
    this.#begin();
    outages.began();
  }

  allocate(timeMs: number): number {
    this.#positions.set(timeMs, this.#receiver.lastPosition ?? this.#position);
    this.#safety.allocate(timeMs);
    return this.#received.allocate(timeMs);
  }

  nextBatch(): void {
    this.#received.nextBatch();
  }

  rddAt(timeMs: number): RDD<T> | null {
    const sc = this.#run?.sc;
    if (sc === undefined) return null;
    if (timeMs <= this.#untilMs && !this.#received.hasBatch(timeMs)) return null;
    const partitions = this.#received.blocksAt(timeMs);
    if (partitions.length === 0) return sc.parallelize<T>([], 1);
    return rddOver(sc, makeNode('receiverStream', { kind: 'blocks', partitions }, null));
  }

  async describe(
    timeMs: number,
    keep: (block: StoredBlock) => Promise<BlockFile>,
  ): Promise<unknown> {
    if (!this.isLogged) return undefined;
    const logged = await this.#received.log(timeMs, keep);
    return logged === undefined ? undefined : { ...logged, position: this.position(timeMs) };
  }

  /** Without a log what came after the checkpoint is received again; with one it is there already. */
  position(timeMs: number): unknown {
    return this.#positions.get(timeMs);
  }

  recover(recovered: RecoveredInput): void {
    this.#received.recover(recovered);
    this.#position = recovered.position;
    // What is in the log must not be received again.
    for (const range of recovered.ranges.values()) {
      this.#position = (range as { readonly position?: unknown }).position ?? this.#position;
    }
    this.#untilMs = recovered.untilMs;
  }

  logged(timeMs: number): void {
    if (this.isLogged) this.#safety.safe(timeMs);
  }

  processed(timeMs: number): void {
    this.#safety.safe(timeMs);
    this.#received.processed(timeMs);
  }

  forget(timeMs: number): void {
    this.#received.forget(timeMs);
    for (const time of [...this.#positions.keys()])
      if (time <= timeMs) this.#positions.delete(time);
  }

  hasPending(): boolean {
    return this.#received.hasPending();
  }

  get isPaused(): boolean {
    return this.#received.mustWait;
  }

  drop(): void {
    this.#received.drop();
  }

  stop(): void {
    if (this.#outages === null) return;
    this.#end();
    this.#outages.stop();
    this.#outages = null;
  }

  #begin(): void {
    const run = this.#run;
    if (run === null) return;
    const failed = (error: unknown): void => this.#failed(error);
    this.#receiver.attach({
      clock: run.clock,
      store: (record) => {
        this.#received.addAll([record]);
        return !this.#received.mustWait;
      },
      whenRoom: () => {
        if (!this.#received.mustWait) return Promise.resolve();
        return new Promise((resolve) => this.#onRoom.push(resolve));
      },
      whenSafe: () => this.#safety.next(),
      failed,
    });
    try {
      const started = this.#receiver.onStart(this.#receiver.lastPosition ?? this.#position);
      if (started instanceof Promise) started.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  #end(): void {
    this.#receiver.attach(null);
    try {
      this.#receiver.onStop();
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }

  #failed(error: unknown): void {
    if (this.#outages === null) return;
    this.#end();
    const why = error instanceof Error ? error.message : String(error);
    this.#outages.failed(
      `${this.text} failed: ${why}. It is started again, with growing pauses.`,
      () => this.#begin(),
    );
  }
}
