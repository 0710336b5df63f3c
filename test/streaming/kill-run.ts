// What the scripts of the kill test export, typed.
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export interface KillSource {
  feed(): Promise<void>;
  close(): Promise<void>;
}

export interface KillResult {
  readonly last: { readonly counts: unknown };
  /** How often each word was in a batch, each batch time counted once. */
  readonly output: Readonly<Record<string, number>>;
  /** Outputs that came again with other contents. */
  readonly contradicted: readonly unknown[];
}

interface CheckKill {
  killRun(options: {
    readonly dist: string;
    readonly kills: number;
    readonly seed: number;
    readonly open?: (folder: string) => KillSource | Promise<KillSource>;
  }): Promise<KillResult>;
}

interface KillSources {
  kafkaSource(brokers: string): Promise<KillSource>;
  receiverSource(isLogged: boolean): Promise<KillSource>;
}

const root = new URL('../../', import.meta.url);
const load = (script: string): Promise<unknown> => import(new URL(script, root).href);

export const { killRun } = (await load('scripts/check-kill.mjs')) as CheckKill;
export const { kafkaSource, receiverSource } = (await load(
  'scripts/kill-sources.mjs',
)) as KillSources;
export const dist = fileURLToPath(new URL(process.env.TSPARK_DIST ?? 'dist', root));

/** Both states of each word are what was given, and so are the outputs when each batch counts once. */
export function expectExactly(result: KillResult, each: number): void {
  expect(result.last.counts).toEqual([
    ['be', [each, each]],
    ['or', [each, each]],
    ['to', [each, each]],
  ]);
  expect(result.output).toEqual({ be: each, or: each, to: each });
  expect(result.contradicted).toEqual([]);
}
