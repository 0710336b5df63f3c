import { describeGroup } from './harness.js';

describeGroup('sort');
