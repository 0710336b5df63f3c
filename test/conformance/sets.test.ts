import { describeGroup } from './harness.js';

describeGroup('sets');
