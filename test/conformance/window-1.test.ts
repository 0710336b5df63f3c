import { describeGroup } from './harness.js';

describeGroup('window', { part: 0, of: 2 });
