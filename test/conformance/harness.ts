// Runs conformance cases against the build, one test a case; the rules are those of README.md.
// A case on the list of missing ones is expected to fail: it is then reported as skipped.
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest';
import * as tspark from '#dist/index.js';
import { type ConformanceCase, readCases, readMissing } from './cases.js';
import { normalise, same } from './normalise.js';
import { Capture, compileCase, makeScope, PATIENCE } from './scope.js';
import {
  answerAt,
  CHAOS,
  exceptionAt,
  isChosen,
  isLeftOut,
  RECORDED_AT,
  readSettings,
  type Setting,
} from './settings.js';

const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));
const START_LIMIT_MS = 30_000 * PATIENCE;
const CASE_LIMIT_MS = 75_000 * PATIENCE;
const BATCHES_LIMIT_MS = 60_000 * PATIENCE;
const LOCAL_PROPERTIES = [
  'spark.job.description',
  'spark.jobGroup.id',
  'spark.job.interruptOnCancel',
  'conformance.key',
];

/** The part of the API the harness itself uses; the cases are not type-checked. */
interface Context {
  setLocalProperty(key: string, value: string | null): void;
  clearJobTags(): void;
  connected(): Promise<void>;
  stop(): Promise<void> | void;
  readonly events: { listen(listener: (event: tspark.TsparkEvent) => void): void };
}
interface Conf {
  setMaster(master: string): Conf;
  setAppName(name: string): Conf;
  setAll(pairs: Iterable<readonly [string, string]>): Conf;
}
interface Streaming {
  start(): Promise<void> | void;
  stop(stopSparkContext: boolean): Promise<void> | void;
  awaitTerminationOrTimeout(seconds: number): Promise<unknown>;
}
type Constructor<T> = new (...args: unknown[]) => T;

export interface GroupOptions {
  /** Runs every `of`-th case from `part` on: slow groups are spread over several files. */
  readonly part: number;
  readonly of: number;
}

/** Declares one test for every case of a group at every master; the first is the one they were recorded at. */
export function describeGroup(
  group: string,
  options: GroupOptions = { part: 0, of: 1 },
  settings: readonly Setting[] = readSettings(),
): void {
  const cases = readCases(group).filter((_, index) => index % options.of === options.part);
  for (const setting of settings) {
    const chosen = cases.filter(({ id }) => isChosen(id, setting));
    if (chosen.length > 0) describeCases(titleOf(group, setting), chosen, setting);
  }
}

/** The summary of `npm test` counts by what stands between `conformance at` and the colon. */
function titleOf(group: string, { master, conf }: Setting): string {
  const seed = conf[CHAOS];
  if (seed !== undefined) return `conformance at ${master} with ${CHAOS} ${seed}: ${group}`;
  const isRecorded = master === RECORDED_AT && Object.keys(conf).length === 0;
  return isRecorded ? `conformance: ${group}` : `conformance at ${master}: ${group}`;
}

function describeCases(title: string, cases: readonly ConformanceCase[], setting: Setting): void {
  const runner = new CaseRunner(setting);
  const missing = readMissing();
  describe(title, () => {
    beforeAll(() => runner.open(), START_LIMIT_MS);
    afterAll(async () => {
      await runner.close();
      tallyFaults(runner.faults);
    }, START_LIMIT_MS);
    for (const one of cases) {
      if (isLeftOut(setting, one.id)) continue;
      const reason = missing.get(one.id) ?? exceptionAt(setting, one.id);
      const asked = { ...one, ...answerAt(setting, one.id) };
      const body =
        reason === undefined
          ? () => runner.run(asked)
          : (context: TestContext) => expectMissing(context, () => runner.run(asked), reason);
      test(one.id, body, CASE_LIMIT_MS);
    }
  });
}

/** Adds a line to the file that scripts/chaos.mjs sums up. */
function tallyFaults(faults: ReadonlyMap<string, number>): void {
  const file = process.env.TSPARK_CHAOS_TALLY;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(Object.fromEntries(faults))}\n`);
}

/** Passes judgement on a case of the missing list: skipped while it fails, an error once it passes. */
async function expectMissing(
  context: TestContext,
  run: () => Promise<void>,
  reason: string,
): Promise<void> {
  try {
    await run();
  } catch {
    context.skip(reason);
  }
  throw new Error(
    'passes: remove it from the list in test/conformance (missing.json or settings.ts)',
  );
}

/** Owns the SparkContext that serves the cases of one file. */
export class CaseRunner {
  readonly #capture = new Capture();
  readonly #setting: Setting;
  #base = '';
  #sc: Context | null = null;
  readonly #faults = new Map<string, number>();

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  open(): void {
    this.#base = mkdtempSync(path.join(tmpdir(), 'tspark-conformance-'));
  }

  async close(): Promise<void> {
    await this.#dropContext();
    if (existsSync(this.#base)) rmSync(this.#base, { recursive: true, force: true });
  }

  /** How often each fault of `tspark.chaos` struck. */
  get faults(): ReadonlyMap<string, number> {
    return this.#faults;
  }

  async #open(): Promise<Context> {
    const sc = await makeContext(this.#setting);
    sc.events.listen((event) => {
      if (event.kind !== 'fault-injected') return;
      this.#faults.set(event.fault, (this.#faults.get(event.fault) ?? 0) + 1);
    });
    return sc;
  }

  /** Runs a case; throws when the answer is not the expected one. */
  async run(one: ConformanceCase): Promise<void> {
    this.#sc ??= await this.#open();
    const sc = this.#sc;
    this.#capture.start();
    try {
      const outcome = await this.#attempt(one, sc);
      this.#capture.stop();
      judge(one, outcome);
    } finally {
      this.#capture.stop();
      await this.#reset(one, sc);
    }
  }

  async #attempt(one: ConformanceCase, sc: Context): Promise<Outcome> {
    let ssc: Streaming | null = null;
    try {
      const tmp = path.join(this.#base, one.id.replace(/\W/g, '_'));
      mkdirSync(tmp);
      const scope = makeScope(FIXTURES, tmp, this.#capture);
      const run = compileCase(one.id, one.ts, Object.keys(scope));
      if (one.batchDuration !== undefined) ssc = makeStreaming(sc, one.batchDuration);
      const value = await run(sc, ssc, ...Object.values(scope));
      const answer = one.batches === undefined ? value : await takeBatches(ssc, value, one.batches);
      return { kind: 'value', value: normalise(answer) };
    } catch (error) {
      return { kind: 'error', error };
    } finally {
      await Promise.resolve(ssc?.stop(false)).catch(() => {});
    }
  }

  /** Undoes what a case may have set; what cannot be unset, such as a checkpoint folder, costs the context. */
  async #reset(one: ConformanceCase, sc: Context): Promise<void> {
    if (/setCheckpointDir|ssc\.checkpoint|sc\.stop\(/.test(one.ts)) return this.#dropContext();
    for (const key of LOCAL_PROPERTIES) sc.setLocalProperty?.(key, null);
    sc.clearJobTags?.();
  }

  async #dropContext(): Promise<void> {
    const sc = this.#sc;
    this.#sc = null;
    await sc?.stop();
  }
}

type Outcome =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown };

/** Compares an outcome with what the case expects; throws an explanation when they differ. */
export function judge(
  one: Pick<ConformanceCase, 'expect' | 'expectError'>,
  outcome: Outcome,
): void {
  if (one.expectError === undefined) {
    if (outcome.kind === 'error') throw outcome.error;
    if (same(outcome.value, one.expect)) return;
    throw new Error(
      `expected ${JSON.stringify(one.expect)}\n     got ${JSON.stringify(outcome.value)}`,
    );
  }
  if (outcome.kind === 'value') {
    throw new Error(
      `expected an error like /${one.expectError}/ but got ${JSON.stringify(outcome.value)}`,
    );
  }
  const texts = errorTexts(outcome.error);
  if (texts.some(showsMissingMethod)) throw outcome.error;
  const text = texts.join('\n');
  if (new RegExp(one.expectError, 'i').test(text)) return;
  throw new Error(`expected an error like /${one.expectError}/ but it says: ${text}`, {
    cause: outcome.error,
  });
}

/** The text of an error and of its causes, outermost first. */
function errorTexts(error: unknown): string[] {
  const texts: string[] = [];
  for (let at = error; at !== undefined && at !== null && texts.length < 10; ) {
    texts.push(String(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return texts;
}

function showsMissingMethod(text: string): boolean {
  return /is not a (function|constructor)\s*$|is not defined|Cannot read properties/.test(text);
}

/** Starts the context and waits until the callbacks have filled `list`; the error of a batch is thrown. */
async function takeBatches(
  ssc: Streaming | null,
  list: unknown,
  batches: number,
): Promise<unknown> {
  if (ssc === null || !Array.isArray(list)) throw new Error('the case must return a list');
  await ssc.start();
  const deadline = Date.now() + BATCHES_LIMIT_MS;
  while (list.length < batches) {
    await ssc.awaitTerminationOrTimeout(0.02);
    if (Date.now() > deadline) throw new Error(`${list.length} of ${batches} batches in time`);
    await sleep(1);
  }
  await ssc.stop(false);
  return list.slice(0, batches);
}

async function makeContext({ master, conf }: Setting): Promise<Context> {
  const settings = new (exported<Conf>('SparkConf'))(false);
  settings.setMaster(master).setAppName('conformance').setAll(Object.entries(conf));
  const sc = new (exported<Context>('SparkContext'))(settings);
  // On a cluster the number of cores is known then.
  await sc.connected();
  return sc;
}

function makeStreaming(sc: Context, batchSeconds: number): Streaming {
  return new (exported<Streaming>('StreamingContext'))(sc, batchSeconds);
}

function exported<T>(name: string): Constructor<T> {
  return (tspark as Readonly<Record<string, unknown>>)[name] as Constructor<T>;
}
