// Compares the byte path with the plain path and with plain arrays on many random programs and dirty files: the long
// form of test/plan-bytes. `node scripts/check-byte-path.mjs [programs, 100000] [first seed, 1]`
import { runLong } from './long-test.mjs';

const [programs = '100000', seed = '1'] = process.argv.slice(2);
runLong('test/plan-bytes/random-programs.test.ts', {
  TSPARK_BYTE_PROGRAMS: programs,
  TSPARK_BYTE_SEED: seed,
});
