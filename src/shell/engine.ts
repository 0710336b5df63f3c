// Makes the engine for the shell: `sc` and `ssc` from the command line's options, behind what the shell needs of them.
import { parseSize, SparkConf, settingOf } from '../conf.js';
import { SparkContext } from '../context.js';
import type { EventBus } from '../events.js';
import { StreamingContext } from '../streaming/context.js';
import { masterOf } from './banner.js';
import type { BatchFrame } from './batch-lines.js';
import type { ShellOptions } from './command-line.js';
import type { StreamsRow } from './print/streams-text.js';
import type { CachedRdd } from '../scheduler/plan-description.js';
import type { SavedSettings } from './saved-text.js';
import type { ShellEngine } from './shell-engine.js';
import { closeStream, streamsRows } from './streams-view.js';

export class Engine implements ShellEngine {
  readonly sc: SparkContext;
  readonly ssc: StreamingContext;
  /** What user functions, and cells, may hold in memory. */
  readonly heapBytes: number;
  readonly settings: SavedSettings;
  /** Prints to standard output, as outside the shell, until someone takes over. */
  #print: (frame: BatchFrame) => void = (frame) => console.log(frame.text);

  constructor(options: ShellOptions) {
    const conf = new SparkConf().setAll(options.conf).setMaster(masterOf(options));
    if (options.name !== null) conf.setAppName(options.name);
    this.heapBytes = parseSize(settingOf(conf, 'tspark.memory.heap')!, 'tspark.memory.heap');
    this.sc = new SparkContext(conf.setIfMissing('spark.app.name', 'tspark-shell'));
    this.settings = {
      master: this.sc.master,
      appName: this.sc.appName,
      conf: options.conf,
      batchSeconds: options.batchIntervalSeconds,
    };
    this.ssc = new StreamingContext(this.sc, options.batchIntervalSeconds, {
      isPreloaded: true,
      print: (frame) => this.#print(frame),
    });
  }

  /** Settles when the master can be used. */
  connected(): Promise<void> {
    return this.sc.connected();
  }

  /** Makes ready what the first job would wait for. */
  startAhead(): void {
    SparkContext.engineOf(this.sc).backend.startAhead?.();
  }

  get events(): EventBus {
    return this.sc.events;
  }

  cancelJobs(ids: readonly number[], reason: string): void {
    SparkContext.engineOf(this.sc).cancelWhere((run) => ids.some((id) => run.hasJob(id)), reason);
  }

  takeJobNumber(): number {
    return SparkContext.engineOf(this.sc).takeJobId();
  }

  cached(): Promise<readonly CachedRdd[]> {
    return SparkContext.engineOf(this.sc).backend.cached();
  }

  streams(): readonly StreamsRow[] {
    return streamsRows(this.ssc, StreamingContext.running());
  }

  closeStream(id: string): string | null {
    return closeStream(id, [...new Set([this.ssc, ...StreamingContext.running()])]);
  }

  printFrames(print: (frame: BatchFrame) => void): void {
    this.#print = print;
  }

  async stop(): Promise<void> {
    await this.ssc.stop();
    await this.sc.stop();
  }
}
