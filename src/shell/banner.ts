// What the shell says when it opens, and which version it is.
import fs from 'node:fs';
import os from 'node:os';
import type { ShellOptions } from './command-line.js';

export function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The master that counts: the option, else the configuration, else all cores. */
export function masterOf(options: Pick<ShellOptions, 'master' | 'conf'>): string {
  const configured = options.conf.findLast(([key]) => key === 'spark.master')?.[1];
  return options.master ?? configured ?? 'local[*]';
}

export function bannerText(options: ShellOptions): string {
  const master = masterOf(options).replace('[*]', `[${os.availableParallelism()}]`);
  return `Welcome to tspark ${version()} · master ${master} · TypeScript · sc, ssc ready · .help`;
}
