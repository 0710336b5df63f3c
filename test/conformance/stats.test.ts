import { describeGroup } from './harness.js';

describeGroup('stats');
