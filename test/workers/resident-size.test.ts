import { afterEach, expect, it, vi } from 'vitest';
import { residentBytes } from '#dist/workers/resident-size.js';

afterEach(() => vi.restoreAllMocks());

it('the resident size is the last one known where the system cannot be asked', () => {
  const rss = vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(5000);
  expect(residentBytes()).toBe(5000);
  rss.mockImplementation(() => {
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  });
  expect(residentBytes()).toBe(5000);
});
