import { describeGroup } from './harness.js';

describeGroup('lineage');
