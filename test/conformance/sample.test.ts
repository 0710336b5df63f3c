import { describeGroup } from './harness.js';

describeGroup('sample');
