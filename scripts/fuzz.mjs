// Fuzzes files, blocks, payloads, options and the prompt for many rounds: the long form of test/fuzz.
// `node scripts/fuzz.mjs [rounds, 20000] [seed, 1]`
import { runLong } from './long-test.mjs';

const [rounds = '20000', seed = '1'] = process.argv.slice(2);
runLong('test/fuzz', { TSPARK_FUZZ_ROUNDS: rounds, TSPARK_FUZZ_SEED: seed });
