import { testCells } from './same-cells.js';

testCells('error');
