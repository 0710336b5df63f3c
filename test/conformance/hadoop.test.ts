import { describeGroup } from './harness.js';

describeGroup('hadoop');
