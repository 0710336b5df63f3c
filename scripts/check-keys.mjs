// Random keys, pastes, sizes and output at the line editor, in greater number than `npm test` takes: the editor lives
// on, and the screen shows what was typed. The same seed gives the same keys.
//   node scripts/check-keys.mjs [sequences, 5000] [first seed, 1]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [sequences = '5000', seed = '1'] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync('npx', ['vitest', 'run', 'test/shell/random-keys.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, TSPARK_RANDOM_SEQUENCES: sequences, TSPARK_RANDOM_SEED: seed },
});
process.stdout.write(
  `${sequences} sequences from seed ${seed}: ${status === 0 ? 'no difference' : 'see above'}\n`,
);
process.exitCode = status ?? 1;
