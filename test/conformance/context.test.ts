import { describeGroup } from './harness.js';

describeGroup('context');
