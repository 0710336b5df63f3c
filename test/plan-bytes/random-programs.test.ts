// The byte path gives the answers of the plain path and of plain arrays: random programs on random dirty files.
// TSPARK_BYTE_PROGRAMS sets how many, TSPARK_BYTE_SEED where they start; scripts/check-byte-path.mjs runs many.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare } from './compare.js';

const PROGRAMS = Number(process.env.TSPARK_BYTE_PROGRAMS ?? 300);
const SEED = Number(process.env.TSPARK_BYTE_SEED ?? 1);
/** Programs of one seed and one pair of engines. */
const AT_ONCE = 300;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-bytes-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('random programs on random dirty files', () => {
  it(`answer the same on bytes, plainly and by arrays (${PROGRAMS} of them)`, async () => {
    for (let done = 0; done < PROGRAMS; done += AT_ONCE) {
      const count = Math.min(AT_ONCE, PROGRAMS - done);
      expect(await compare({ seed: SEED + done / AT_ONCE, count, folder })).toBeNull();
    }
  }, 3_600_000);
});
