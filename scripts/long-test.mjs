// Runs a test in its long form: the same test with more rounds, which its environment variables ask for.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs one test file (or folder) to its end; its status becomes this program's. */
export function runLong(file, env) {
  const { status } = spawnSync(
    process.execPath,
    // The file comes first: behind the option it would be taken for the option's value, and every test be run.
    ['node_modules/vitest/vitest.mjs', 'run', file, '--disable-console-intercept'],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, ...env },
      stdio: 'inherit',
    },
  );
  process.exitCode = status ?? 1;
}
