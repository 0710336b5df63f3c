import { describeGroup } from './harness.js';

describeGroup('window', { part: 1, of: 2 });
