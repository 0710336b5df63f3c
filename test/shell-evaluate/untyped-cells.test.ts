import { testCells } from './same-cells.js';

testCells('off');
