import { describeGroup } from './harness.js';

describeGroup('partition');
