// Compares the byte path with the plain path and with plain arrays on many random programs and dirty files: the long
// form of test/plan-bytes. `node scripts/check-byte-path.mjs [programs, 100000] [first seed, 1]`
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [programs = '100000', seed = '1'] = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/plan-bytes/random-programs.test.ts'],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, TSPARK_BYTE_PROGRAMS: programs, TSPARK_BYTE_SEED: seed },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
