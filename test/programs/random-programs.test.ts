// Random programs give what the same programs give over plain arrays. TSPARK_PROGRAMS says how many, TSPARK_PROGRAM_SEED
// the first seed, TSPARK_PROGRAM_CONF settings; scripts/check-programs.mjs runs 100,000.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SparkConf, SparkContext } from '#dist/index.js';
import { parseConf } from '../conformance/settings.js';
import { Program } from './random.js';

const PROGRAMS = Number(process.env.TSPARK_PROGRAMS ?? 200);
const FIRST_SEED = Number(process.env.TSPARK_PROGRAM_SEED ?? 1);
/** Programs at a time: jobs run beside each other as they do at the prompt. */
const AT_A_TIME = 4;

let sc: SparkContext;

beforeAll(() => {
  const conf = new SparkConf(false).setMaster('local[2]').setAppName('programs');
  sc = new SparkContext(
    conf.setAll(Object.entries(parseConf(process.env.TSPARK_PROGRAM_CONF ?? ''))),
  );
});
afterAll(() => sc.stop());

describe('random programs', () => {
  it(`${PROGRAMS} from seed ${FIRST_SEED} give what plain arrays give`, {
    timeout: 3_600_000,
  }, async () => {
    let next = FIRST_SEED;
    const work = async () => {
      while (next < FIRST_SEED + PROGRAMS) {
        const seed = next++;
        const program = new Program(sc, seed);
        const outcome = await program.run().catch((error) => ({ got: String(error), right: '' }));
        const shown = `seed ${seed}: ${program.text.join(' ')}`;
        expect([shown, outcome.got]).toEqual([shown, outcome.right]);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  });
});
