import { describeGroup } from './harness.js';

describeGroup('basic');
