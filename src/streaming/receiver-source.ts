// A Receiver as a source of batches: blocks of its records, errors told once, started again with growing pauses.
// Main thread only.
import type { StoredBlock } from '../blocks/block.js';
import type { BlockFile } from './checkpoint-folder.js';
import type { InputRun, RecoveredInput } from './input.js';
import { RecordBlock } from './open-block.js';
import { Outages } from './outages.js';
import type { ReceiverSettings } from './received-blocks.js';
import { ReceivedSource } from './received-source.js';
import type { Receiver } from './receiver.js';
import { SafetyWaiters } from './safety-waiters.js';

export class ReceiverSource<T> extends ReceivedSource<readonly unknown[], T> {
  readonly text: string;
  readonly #receiver: Receiver<T>;
  #run: InputRun | null = null;
  #outages: Outages | null = null;
  /** Where it was before the first of `#positions`. */
  #position: unknown;
  /** Positions at the edges of batches that are not forgotten, in order of time. */
  readonly #positions = new Map<number, unknown>();
  #whenRoom: (() => void)[] = [];
  readonly #safety = new SafetyWaiters();

  constructor(text: string, receiver: Receiver<T>, settings: ReceiverSettings) {
    super('receiverStream', new RecordBlock(), settings);
    this.text = text;
    this.#receiver = receiver;
  }

  protected onRoom(): void {
    for (const resolve of this.#whenRoom.splice(0)) resolve();
  }

  override start(run: InputRun): void {
    super.start(run);
    this.#run = run;
    const outages = new Outages(run, this.text);
    this.#outages = outages;
    this.#begin();
    outages.began();
  }

  override allocate(timeMs: number): number {
    this.#positions.set(timeMs, this.#newestPosition());
    this.#safety.allocate(timeMs);
    return super.allocate(timeMs);
  }

  override async describe(
    timeMs: number,
    keep: (block: StoredBlock) => Promise<BlockFile>,
  ): Promise<object | undefined> {
    const logged = await super.describe(timeMs, keep);
    return logged === undefined ? undefined : { ...logged, position: this.position(timeMs) };
  }

  /**
   * At the edge of that batch, or of the last before it that is known: batches that are processed again have none
   * of their own without a log.
   */
  position(timeMs: number): unknown {
    let position = this.#position;
    for (const [time, known] of this.#positions) if (time <= timeMs) position = known;
    return position;
  }

  override recover(recovered: RecoveredInput): void {
    super.recover(recovered);
    this.#position = recovered.position;
    // What is in the log must not be received again.
    for (const [timeMs, range] of recovered.ranges) {
      if (timeMs <= recovered.checkpointMs) continue;
      this.#positions.set(timeMs, (range as { readonly position?: unknown }).position);
    }
  }

  logged(timeMs: number): void {
    if (this.isLogged) this.#safety.safe(timeMs);
  }

  override processed(timeMs: number): void {
    this.#safety.safe(timeMs);
    super.processed(timeMs);
  }

  override forget(timeMs: number): void {
    super.forget(timeMs);
    this.#position = this.position(timeMs);
    for (const time of [...this.#positions.keys()])
      if (time <= timeMs) this.#positions.delete(time);
  }

  get isPaused(): boolean {
    return this.received.mustWait;
  }

  stop(): void {
    if (this.#outages === null) return;
    this.#end();
    this.#outages.stop();
    this.#outages = null;
  }

  #newestPosition(): unknown {
    return this.#receiver.lastPosition ?? this.position(Number.POSITIVE_INFINITY);
  }

  #begin(): void {
    const run = this.#run;
    if (run === null) return;
    const failed = (error: unknown): void => this.#failed(error);
    this.#receiver.attach({
      clock: run.clock,
      store: (record) => {
        this.received.addAll([record]);
        return !this.received.mustWait;
      },
      whenRoom: () => {
        if (!this.received.mustWait) return Promise.resolve();
        return new Promise((resolve) => this.#whenRoom.push(resolve));
      },
      whenSafe: () => this.#safety.next(),
      failed,
    });
    try {
      const started = this.#receiver.onStart(this.#newestPosition());
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
