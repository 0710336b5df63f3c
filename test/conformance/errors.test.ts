import { describeGroup } from './harness.js';

describeGroup('errors');
