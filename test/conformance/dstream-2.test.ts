import { describeGroup } from './harness.js';

describeGroup('dstream', { part: 1, of: 2 });
