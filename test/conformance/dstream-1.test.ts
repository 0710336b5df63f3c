import { describeGroup } from './harness.js';

describeGroup('dstream', { part: 0, of: 2 });
