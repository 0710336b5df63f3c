// An evaluator with a real language thread over the fake engine, and a short way to run cells.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job } from '#dist/job.js';
import { Evaluator, type RunOptions } from '#dist/shell/evaluate/evaluator.js';
import type { CellOutcome } from '#dist/shell/evaluate/outcome.js';
import { LanguageClient } from '#dist/shell/language/client.js';
import { fakeContext } from './fake-engine.js';

const TYPES = fileURLToPath(
  new URL('../shell-language/fixtures/fake-tspark.d.ts', import.meta.url),
);

export class Prompt {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tspark-test-'));
  readonly jobs: Job<unknown>[] = [];
  readonly language: LanguageClient;
  readonly evaluator: Evaluator;

  constructor(types: 'error' | 'off') {
    this.language = LanguageClient.start({
      cwd: this.folder,
      packageTypes: TYPES,
      preloaded: { sc: "import('tspark').SparkContext", print: '(value: unknown) => unknown' },
      warmUp: types === 'error',
    });
    this.evaluator = new Evaluator({
      language: this.language,
      globals: { sc: fakeContext, print: (value: unknown) => value },
      packageUrl: new URL('./fake-engine.js', import.meta.url).href,
      onJob: (job) => this.jobs.push(job),
      types,
    });
  }

  run(text: string, options: RunOptions = { mode: 'cell' }): Promise<CellOutcome> {
    return this.evaluator.run(text, options);
  }

  /** The value of a cell that is expected to succeed; undefined where it has none. */
  async value(text: string): Promise<unknown> {
    const outcome = await this.run(text);
    if (outcome.kind !== 'value') throw new Error(`${text}: ${describe(outcome)}`);
    return outcome.hasValue ? outcome.value : undefined;
  }

  /** What a cell is expected to throw. */
  async thrown(text: string): Promise<CellOutcome & { kind: 'threw' }> {
    const outcome = await this.run(text);
    if (outcome.kind !== 'threw') throw new Error(`${text}: ${outcome.kind}`);
    return outcome;
  }

  async close(): Promise<void> {
    await this.evaluator.close();
    await this.language.close();
  }
}

function describe(outcome: CellOutcome): string {
  if (outcome.kind === 'threw') return String((outcome.error as Error).stack);
  return JSON.stringify(outcome);
}
