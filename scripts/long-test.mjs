// Runs a test in its long form: the same test with more rounds, which its environment variables ask for.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs one test file (or folder) to its end; its status becomes this program's. */
export function runLong(file, env) {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--disable-console-intercept', file],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, ...env },
      stdio: 'inherit',
    },
  );
  process.exitCode = status ?? 1;
}
