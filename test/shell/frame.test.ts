import { describe, expect, it } from 'vitest';
import { stackFrames, textFrame, withHints } from '#dist/shell/frame.js';

const unfinished = textFrame('part', 20);
const status = textFrame('stage 1', 20);
const cell = { rows: ['>>> f(', '...   x'], cursorRow: 1, cursorColumn: 7 };

describe('stackFrames', () => {
  it('stacks all of it where there is room', () => {
    expect(stackFrames([unfinished, status, cell], 4)).toEqual({
      rows: ['part', 'stage 1', '>>> f(', '...   x'],
      cursorRow: 3,
      cursorColumn: 7,
    });
  });

  it('gives up the status first, then unfinished output, and keeps what is below the cursor', () => {
    const above = { ...cell, cursorRow: 0 };
    const hinted = withHints(above, ['map', '1/1']);
    expect(stackFrames([unfinished, status, hinted], 5)).toEqual({
      rows: ['part', '>>> f(', '...   x', 'map', '1/1'],
      cursorRow: 1,
      cursorColumn: 7,
    });
    expect(stackFrames([unfinished, status, hinted], 4).rows).toEqual(hinted.rows);
  });

  it('cuts a cell that is too long by itself to the rows around its cursor, the hints below it', () => {
    const hinted = withHints(cell, ['map', '1/1']);
    expect(stackFrames([status, hinted], 3)).toEqual({
      rows: ['...   x', 'map', '1/1'],
      cursorRow: 0,
      cursorColumn: 7,
    });
  });
});
