// The program that executors run in place of Python: on this machine straight from the build, on others from an
// archive that travels with the application and is unpacked in their working folder. Driver only.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BridgeError } from '../errors.js';

/** Name of the folder the archive becomes on an executor. */
const FOLDER = 'tspark';
/** The rooms of the build that a worker needs; the words everyone shares are files beside them. */
const WORKER_ROOMS = [
  'blocks',
  'bridge',
  'closure',
  'error-codes',
  'io',
  'kernels',
  'lineage',
  'plan',
  'values',
  'workers',
];

export interface WorkerProgram {
  /** What the executor starts. */
  readonly command: string;
  /** Options of spark-submit that make it travel. */
  readonly submitArgs: readonly string[];
  /** Whether it runs from where the executors unpack it. */
  readonly travels: boolean;
}

/** The program for workers on this machine only. */
export function localProgram(folder: string): WorkerProgram {
  const entry = fileURLToPath(new URL('./worker/entry.js', import.meta.url));
  const command = join(folder, 'worker');
  writeScript(command, `exec ${quoted(process.execPath)} ${quoted(entry)} "$@"\n`);
  return { command, submitArgs: [], travels: false };
}

/** The program as an archive, with Node itself in it if it is to travel too. */
export function travellingProgram(
  folder: string,
  { shipsNode }: { shipsNode: boolean },
): WorkerProgram {
  const build = fileURLToPath(new URL('..', import.meta.url));
  const name = basename(build);
  const staging = join(folder, 'worker');
  mkdirSync(staging);
  const find = shipsNode ? 'node="$here/node"' : 'node="$TSPARK_NODE"; [ -x "$node" ] || node=node';
  writeScript(
    join(staging, 'worker'),
    `here=$(dirname "$0"); ${find}; exec "$node" "$here/${name}/bridge/worker/entry.js" "$@"\n`,
  );
  if (shipsNode) copyFileSync(process.execPath, join(staging, 'node'));
  const archive = join(folder, 'tspark-worker.tgz');
  const words = readdirSync(build).filter((file) => file.endsWith('.js'));
  const parts = [...WORKER_ROOMS, ...words].map((part) => `${name}/${part}`);
  packArchive(archive, [
    ...['-C', staging, 'worker', ...(shipsNode ? ['node'] : [])],
    ...['-C', dirname(build), '--exclude=*.map', '--exclude=*.d.ts', 'package.json', ...parts],
  ]);
  const submitArgs = ['--archives', `${archive}#${FOLDER}`];
  return { command: `./${FOLDER}/worker`, submitArgs, travels: true };
}

export function packArchive(archive: string, args: readonly string[]): void {
  const { error, status, stderr } = spawnSync('tar', ['-czf', archive, ...args]);
  if (error === undefined && status === 0) return;
  throw new BridgeError(
    'BRIDGE-505',
    `The worker's program could not be packed for the executors: ${error?.message ?? String(stderr).trim()}. tspark needs the program tar for a cluster.`,
  );
}

function writeScript(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}`);
  chmodSync(path, 0o755);
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
