// What a case sees besides `sc` and `ssc`: captured output, waiting, node modules and the exports of tspark.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import vm from 'node:vm';
import zlib from 'node:zlib';
import ts from 'typescript';
import * as tspark from '#dist/index.js';
import { canon } from './normalise.js';

const EXPORTS = [
  'SparkContext',
  'SparkConf',
  'StorageLevel',
  'StatCounter',
  'TaskContext',
  'BarrierTaskContext',
  'SparkFiles',
  'StreamingContext',
  'StreamingListener',
] as const;

/** How many times as long cases may take: under injected faults, or on a cluster. */
export const PATIENCE = Number(process.env.TSPARK_CONFORMANCE_PATIENCE ?? '1');
const WAIT_LIMIT_MS = 40_000 * PATIENCE;
const POLL_MS = 20;
const PRINTING = ['log', 'info', 'debug'] as const;

/** Names a case may use, by name. An export that tspark does not have yet is left undefined. */
export type Scope = Readonly<Record<string, unknown>>;

/** The scope of one case; `tmp` is its own empty folder. */
export function makeScope(fixtures: string, tmp: string, capture: Capture): Scope {
  const exported = Object.fromEntries(
    EXPORTS.map((name) => [name, (tspark as Readonly<Record<string, unknown>>)[name]]),
  );
  const captured = () => capture.text;
  return { ...exported, fixtures, tmp, fs, path, zlib, canon, captured, waitFor };
}

/** Makes the function `async (sc, ssc, ...names of the scope) => { body }` from TypeScript without types. */
export function compileCase(id: string, body: string, names: readonly string[]): CaseFunction {
  const text = `(async (${['sc', 'ssc', ...names].join(', ')}) => {\n${body}\n})`;
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const script = new vm.Script(outputText, {
    filename: `${id}.ts`,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext() as CaseFunction;
}

export type CaseFunction = (...args: unknown[]) => Promise<unknown>;

/** Collects everything printed to standard output between `start` and `stop`, and keeps it off the terminal. */
export class Capture {
  #parts: string[] = [];
  #restore: (() => void) | null = null;

  get text(): string {
    return this.#parts.join('');
  }

  start(): void {
    this.stop();
    this.#parts = [];
    const keep = (chunk: unknown) => {
      this.#parts.push(chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk));
    };
    const write = process.stdout.write;
    process.stdout.write = ((chunk: unknown, ...rest: unknown[]) => {
      keep(chunk);
      const done = rest.find((argument) => typeof argument === 'function');
      if (done !== undefined) process.nextTick(done as () => void);
      return true;
    }) as typeof write;
    // The test runner's console does not write to process.stdout.
    const methods = PRINTING.map((name) => [name, console[name]] as const);
    for (const name of PRINTING)
      console[name] = (...args: unknown[]) => keep(`${format(...args)}\n`);
    this.#restore = () => {
      process.stdout.write = write;
      for (const [name, method] of methods) console[name] = method;
    };
  }

  stop(): void {
    this.#restore?.();
    this.#restore = null;
  }
}

async function waitFor(condition: () => unknown): Promise<void> {
  const deadline = Date.now() + WAIT_LIMIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error('waitFor: the condition did not become true in time');
    await sleep(POLL_MS);
  }
}
