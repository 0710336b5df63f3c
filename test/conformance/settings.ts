// At which masters the cases run, with which configuration, how many of them, and which cases cannot be expected
// to give the recorded answer there. Knows nothing of the engine.

import { readFileSync } from 'node:fs';

/** One pass over the cases. */
export interface Setting {
  readonly master: string;
  readonly conf: Readonly<Record<string, string>>;
  /** Runs one case in `oneIn`, chosen by a hash of its id; 1 runs every case. */
  readonly oneIn: number;
}

/** The master the cases were recorded at; none is excepted there. */
export const RECORDED_AT = 'local[4]';
/** Printed by PySpark 4.3 with `spark.default.parallelism=4`, the same at local[1] and local[2]. */
const FOUR_PARTITIONS_FILE = new URL('./at-four-partitions.json', import.meta.url);
const FOUR_PARTITIONS = { 'spark.default.parallelism': '4' };

/**
 * Every case where they were recorded and a third at fewer threads; or every case at the master in
 * TSPARK_CONFORMANCE_MASTER with the settings in TSPARK_CONFORMANCE_CONF (`key=value` with spaces or commas between).
 */
export function readSettings(env: NodeJS.ProcessEnv = process.env): readonly Setting[] {
  const master = env.TSPARK_CONFORMANCE_MASTER;
  const conf = env.TSPARK_CONFORMANCE_CONF;
  if (master === undefined && conf === undefined) {
    return [
      { master: RECORDED_AT, conf: {}, oneIn: 1 },
      { master: 'local[2]', conf: FOUR_PARTITIONS, oneIn: 3 },
      { master: 'local[1]', conf: FOUR_PARTITIONS, oneIn: 3 },
    ];
  }
  return [{ master: master ?? RECORDED_AT, conf: parseConf(conf ?? ''), oneIn: 1 }];
}

/** Reads `a=1,b=2`; a word without `=` is an error, because a setting that is ignored would pass for one that works. */
export function parseConf(text: string): Record<string, string> {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return Object.fromEntries(
    words.map((word): [string, string] => {
      const at = word.indexOf('=');
      if (at <= 0) throw new Error(`TSPARK_CONFORMANCE_CONF has "${word}", which is not key=value`);
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

/** Whether the case belongs to the share of a setting. Settings of unlike masters take unlike shares. */
export function isChosen(id: string, { master, oneIn }: Setting): boolean {
  let hash = 0;
  for (const character of `${master} ${id}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return (hash >>> 8) % oneIn === 0;
}

/** Why a case cannot give the recorded answer at this setting; undefined where it must. */
export function exceptionAt({ master, conf }: Setting, id: string): string | undefined {
  const seenAttempts = conf[CHAOS] === undefined ? undefined : SEES_ATTEMPTS.get(id);
  if (seenAttempts !== undefined) return seenAttempts;
  if (master === RECORDED_AT) return undefined;
  const tasks = BARRIER_TASKS.get(id) ?? 0;
  // Elsewhere the master does not say how many tasks run at a time.
  if (tasks > Number(/\[(\d+)\]/.exec(master)?.[1])) {
    return `a barrier stage starts all its tasks together, here ${tasks}`;
  }
  return SHOW_THE_MASTER.has(id) ? 'shows the master' : undefined;
}

/** Whether the case is not even run at this setting: with faults it may fail or pass. */
export function isLeftOut({ conf }: Setting, id: string): boolean {
  return conf[CHAOS] !== undefined && SEES_ATTEMPTS.has(id);
}

/** The setting that injects faults. */
export const CHAOS = 'tspark.chaos';

/** Cases whose answer shows how often something was computed, which faults change rightly, each with the reason. */
const SEES_ATTEMPTS: ReadonlyMap<string, string> = new Map([
  ['rdd.cache.disk-only-computes-once', 'a partition whose block cannot be written is made again'],
  ['rdd.cache.unpersist-recomputes', 'a cached partition that vanishes is made again'],
  ['rdd.cache.partitions-cached-one-by-one', 'a cached partition that vanishes is made again'],
  ['task.context-in-tasks', 'a task that was tried again tells the number of its attempt'],
]);

/** Their answer contains the text of the master. */
const SHOW_THE_MASTER: ReadonlySet<string> = new Set([
  'sc.props.basic',
  'sc.getConf.copy',
  'sc.text.mentions-master-and-name',
]);

/** How many tasks at a time their barrier stages need; PySpark refuses them on fewer too (SPARK-24819). */
const BARRIER_TASKS: ReadonlyMap<string, number> = new Map([
  ['rdd.barrier.mapPartitions', 2],
  ['rdd.barrier.allGather', 3],
  ['task.barrier-context-fields', 2],
]);

/**
 * The answer of PySpark itself where `spark.default.parallelism` makes it another one: a shuffle then has four
 * partitions, whatever its parents have. Undefined where the recorded answer holds.
 */
export function answerAt({ conf }: Setting, id: string): { readonly expect: unknown } | undefined {
  if (conf['spark.default.parallelism'] !== '4') return undefined;
  const answers = readAnswers();
  return Object.hasOwn(answers, id) ? { expect: answers[id] } : undefined;
}

/** The ids of all cases that are not the same everywhere. */
export function specialIds(): readonly string[] {
  return [...SHOW_THE_MASTER, ...BARRIER_TASKS.keys(), ...Object.keys(readAnswers())];
}

function readAnswers(): Record<string, unknown> {
  return JSON.parse(readFileSync(FOUR_PARTITIONS_FILE, 'utf8')) as Record<string, unknown>;
}
