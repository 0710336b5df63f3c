// A share of the conformance cases while workers die, blocks vanish, disks fail and messages come late and twice:
// the answers must be those of PySpark all the same. The long form is scripts/chaos.mjs.
// The seed stands in the titles; TSPARK_CHAOS_SEED chooses another.
import { describeGroup } from '../conformance/harness.js';
import { CHAOS } from '../conformance/settings.js';

const GROUPS = ['agg', 'basic', 'io', 'join', 'pair', 'partition', 'sets', 'sort', 'stats'];
const SEED = process.env.TSPARK_CHAOS_SEED ?? '1';
/** So little memory that blocks go to disk, where writes fail. */
const CONF = { [CHAOS]: `${SEED}x2`, 'tspark.memory.blocks': '64k' };

for (const group of GROUPS) {
  describeGroup(group, undefined, [{ master: 'local[4]', conf: CONF, oneIn: 4 }]);
}
