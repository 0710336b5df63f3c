// Runs a sample as a user does: the built program with a script file, in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface SampleRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What node is started with for `samples/<name>` on two threads. */
function nodeArguments(
  name: string,
  args: readonly string[],
  flags: readonly string[] = [],
): string[] {
  const build = path.resolve(process.env.TSPARK_DIST ?? 'dist', 'shell/main.js');
  const program = `import(${JSON.stringify(pathToFileURL(build).href)}).then(({ run }) => run(process.argv.slice(1)))`;
  const words = [
    '--master',
    'local[2]',
    '--no-color',
    '--quiet',
    ...flags,
    `samples/${name}`,
    ...args,
  ];
  return ['-e', program, '--', ...words];
}

/** Runs `samples/<name>` with arguments; at most a minute. */
export function runSample(name: string, args: readonly string[]): SampleRun {
  const { status, stdout, stderr } = spawnSync(process.execPath, nodeArguments(name, args), {
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, stdout, stderr };
}

/**
 * As runSample, without waiting; at most two minutes. With `until` it is ended once its output matches: how long that
 * takes depends on the machine.
 */
export function startSample(
  name: string,
  args: readonly string[],
  until?: RegExp,
): Promise<SampleRun> {
  // Types are for the prompt; a language service each would take most of the time.
  const child = spawn(process.execPath, nodeArguments(name, args, ['--no-types']), {
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
    if (until?.test(stdout)) child.kill();
  });
  child.stderr.on('data', (text) => (stderr += text));
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
