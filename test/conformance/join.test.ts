import { describeGroup } from './harness.js';

describeGroup('join');
