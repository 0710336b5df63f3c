import { describeGroup } from './harness.js';

describeGroup('io');
