// Faults made on purpose (`tspark.chaos=<seed>`, or `<seed>x<factor>` for more or less of them): workers die with their
// tasks, messages come late, twice and out of turn, blocks vanish, disks fail, tables move to files. Stands between the
// driver and its workers and in front of the block store; without the setting none of this exists. Driver only.
import { rmSync } from 'node:fs';
import type { BlockStore } from '../blocks/store.js';
import { settingOf, type SparkConf } from '../conf.js';
import type { EventBus } from '../events.js';
import { LostDataError, UsageError } from '../errors.js';
import { Chance, hashText } from '../workers/chance.js';
import type { Link, LinkedWorker } from '../workers/link.js';
import type { Numbered } from '../workers/numbered.js';
import type { ForcedSpills, FromWorker, ToWorker } from '../workers/protocol.js';

/** How often each fault strikes, from 0 to 1. */
const RATES = {
  /** Of tasks: the worker dies while it runs one. */
  killInTask: 0.03,
  /** Of finished tasks: the worker dies and its answer with it. */
  killWithAnswer: 0.02,
  /** Of finished tasks: a block of the store is gone. */
  dropBlock: 0.05,
  /** Of messages. */
  delay: 0.3,
  repeat: 0.1,
  /** Of writes. */
  failWrite: 0.05,
  /** Of the moments at which a task looks at its memory: tables and sorts move to files as if it were full. */
  spill: 0.02,
};
const MAX_DELAY_MS = 4;
const MAX_LIFE_MS = 20;
/** Later attempts are spared: a task that dies every time fails its job rightly. */
const STRUCK_ATTEMPTS = 2;
/** Blocks that lineage can make again; received data cannot be, and is spared. */
const REMADE = /^(rdd|shuffle):/;
/** Tasks that must end between two lost blocks: a job that loses blocks each time it is planned fails rightly. */
const TASKS_BETWEEN_DROPS = 8;

/**
 * What strikes follows from the seed and from what is struck (stage, partition, attempt; worker and number of a
 * message), not from the order in which threads happen to run, so a seed makes nearly the same faults again.
 */
export class Chaos implements Link {
  readonly #seed: number;
  readonly #chance: Chance;
  readonly #factor: number;
  readonly #events: EventBus;
  #store: BlockStore | null = null;
  /** Of the tasks that have not answered, which attempts they are. */
  readonly #attempts = new Map<number, number>();
  #ended = 0;
  #endedAtDrop = 0;
  #writes = 0;
  #hasFailed = false;

  private constructor(seed: number, factor: number, events: EventBus) {
    this.#seed = seed;
    this.#chance = new Chance(seed);
    this.#factor = factor;
    this.#events = events;
  }

  /** Null where the setting is not there. */
  static fromConf(conf: SparkConf, events: EventBus): Chaos | null {
    const text = settingOf(conf, 'tspark.chaos');
    if (text === null) return null;
    const match = /^(\d+)(?:x(\d+(?:\.\d+)?))?$/.exec(text);
    if (match !== null) return new Chaos(Number(match[1]), Number(match[2] ?? 1), events);
    throw new UsageError(
      'CONF-101',
      `tspark.chaos is "${text}", which is no seed. Write a whole number such as 7, or 7x3 for three times the faults, or leave it out: it breaks things on purpose.`,
    );
  }

  /** For workers, which let their tables move to files by themselves. */
  get forcedSpills(): ForcedSpills {
    return { seed: this.#seed, rate: RATES.spill * this.#factor };
  }

  /** The store whose blocks may vanish. */
  attach(store: BlockStore): void {
    this.#store = store;
  }

  readonly beforeWrite = (key: string): void => {
    if (!REMADE.test(key)) return;
    // The next one succeeds: a disk that fails every time fails its job rightly.
    const isSpared = this.#hasFailed;
    this.#hasFailed = !isSpared && this.#strikes('failWrite', hashText(key), this.#writes++);
    if (!this.#hasFailed) return;
    this.#report('failWrite');
    throw new LostDataError(
      'BLOCK-501',
      `Could not write the block ${key}: tspark.chaos let the disk fail.`,
    );
  };

  toWorker(
    worker: LinkedWorker,
    numbered: Numbered<ToWorker>,
    deliver: (numbered: Numbered<ToWorker>) => void,
  ): void {
    this.#pass(2 * worker.id, numbered, deliver);
    const { message } = numbered;
    if (message.type !== 'task') return;
    const { taskId, stageId, partition, attempt } = message.task;
    this.#attempts.set(taskId, attempt);
    if (attempt >= STRUCK_ATTEMPTS || !this.#strikes('killInTask', stageId, partition, attempt))
      return;
    // Most tasks are short, so most of the struck die young.
    const lifeMs = this.#chance.share('life', stageId, partition, attempt) ** 3 * MAX_LIFE_MS;
    setTimeout(() => {
      // Another task that it runs by now is not to pay for this one.
      if (this.#attempts.has(taskId)) this.#kill(worker, 'killInTask');
    }, lifeMs);
  }

  fromWorker(
    worker: LinkedWorker,
    numbered: Numbered<FromWorker>,
    deliver: (numbered: Numbered<FromWorker>) => void,
  ): void {
    const { message } = numbered;
    if (message.type === 'done') {
      for (let i = 0; i < message.forcedSpills; i++) this.#report('spill');
      this.#ended++;
      this.#maybeDrop(message.taskId);
      const attempt = this.#attempts.get(message.taskId) ?? 0;
      if (attempt < STRUCK_ATTEMPTS && this.#strikes('killWithAnswer', message.taskId)) {
        this.#kill(worker, 'killWithAnswer');
        return;
      }
    }
    if (message.type === 'done' || message.type === 'failed') this.#attempts.delete(message.taskId);
    this.#pass(2 * worker.id + 1, numbered, deliver);
  }

  #kill(worker: LinkedWorker, fault: keyof typeof RATES): void {
    this.#report(fault);
    void worker.terminate('tspark.chaos ended it');
  }

  #report(fault: keyof typeof RATES): void {
    this.#events.emit({ kind: 'fault-injected', fault });
  }

  /** A message may come late, and may come twice; so it may come before one that was sent earlier. */
  #pass<M>(way: number, numbered: Numbered<M>, deliver: (numbered: Numbered<M>) => void): void {
    const { number } = numbered;
    const send = (salt: number): void => {
      if (!this.#strikes('delay', way, number, salt)) {
        deliver(numbered);
        return;
      }
      this.#report('delay');
      setTimeout(deliver, this.#chance.share('late', way, number, salt) * MAX_DELAY_MS, numbered);
    };
    send(0);
    if (!this.#strikes('repeat', way, number)) return;
    this.#report('repeat');
    send(1);
  }

  #maybeDrop(taskId: number): void {
    if (this.#ended - this.#endedAtDrop < TASKS_BETWEEN_DROPS) return;
    const keys = [...this.#store!.keys()].filter((key) => REMADE.test(key)).sort();
    if (keys.length === 0 || !this.#strikes('dropBlock', taskId)) return;
    this.#report('dropBlock');
    this.#endedAtDrop = this.#ended;
    const key = keys[Math.floor(this.#chance.share('which', taskId) * keys.length)]!;
    const stored = this.#store!.get(key) ?? this.#store!.getSegments(key);
    // A file goes without the store knowing, as on a real disk: whoever reads it finds out.
    if (stored?.kind === 'disk') rmSync(stored.block.path, { force: true });
    else this.#store!.lose(key);
  }

  #strikes(fault: keyof typeof RATES, ...what: readonly number[]): boolean {
    return this.#chance.share(fault, ...what) < RATES[fault] * this.#factor;
  }
}
