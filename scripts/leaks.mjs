// Submits and cancels many jobs at random and compares what is held before and after: the long form of
// test/engine/leaks.test.ts. `node scripts/leaks.mjs [jobs, 20000] [seed, 1]`
import { runLong } from './long-test.mjs';

const [jobs = '20000', seed = '1'] = process.argv.slice(2);
runLong('test/engine/leaks.test.ts', { TSPARK_LEAK_JOBS: jobs, TSPARK_LEAK_SEED: seed });
