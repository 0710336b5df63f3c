// Runs a sample as a user does: the built program with a script file, in a process of its own.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface SampleRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `samples/<name>` with arguments on two threads; at most a minute. */
export function runSample(name: string, args: readonly string[]): SampleRun {
  const build = path.resolve(process.env.TSPARK_DIST ?? 'dist', 'shell/main.js');
  const program = `import(${JSON.stringify(pathToFileURL(build).href)}).then(({ run }) => run(process.argv.slice(1)))`;
  const words = ['--master', 'local[2]', '--no-color', '--quiet', `samples/${name}`, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program, '--', ...words], {
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, stdout, stderr };
}
