import { describeGroup } from './harness.js';

describeGroup('demo');
