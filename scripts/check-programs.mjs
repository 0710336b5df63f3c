// Compares many random programs over the RDD API with the same programs over plain arrays: the long form of
// test/programs. `node scripts/check-programs.mjs [programs, 100000] [first seed, 1] [key=value,…]`
import { runLong } from './long-test.mjs';

const [programs = '100000', seed = '1', conf = ''] = process.argv.slice(2);
runLong('test/programs', {
  TSPARK_PROGRAMS: programs,
  TSPARK_PROGRAM_SEED: seed,
  TSPARK_PROGRAM_CONF: conf,
});
