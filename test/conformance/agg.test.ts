import { describeGroup } from './harness.js';

describeGroup('agg');
