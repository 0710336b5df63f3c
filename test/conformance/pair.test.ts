import { describeGroup } from './harness.js';

describeGroup('pair');
