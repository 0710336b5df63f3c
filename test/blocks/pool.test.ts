import { describe, expect, it } from 'vitest';
import { BufferPool } from '#dist/blocks/pool.js';

const KIB = 1024;

describe('BufferPool', () => {
  it('gives buffers of at least the size asked for and at most a quarter more', () => {
    const pool = new BufferPool();
    for (const size of [0, 1, 4096]) expect(pool.allocate(size).byteLength).toBe(4096);
    expect([4097, 5000, 8192, 8193, 100_000].map((size) => pool.allocate(size).byteLength)).toEqual(
      [5 * KIB, 5 * KIB, 8 * KIB, 10 * KIB, 112 * KIB],
    );
    for (let size = 4097; size < 1e9; size = Math.ceil(size * 1.37)) {
      const given = sizeOf(size);
      expect(given).toBeGreaterThanOrEqual(size);
      expect(given).toBeLessThanOrEqual(size * 1.25 + 4);
    }
    function sizeOf(size: number): number {
      return size > 1e7 ? size : pool.allocate(size).byteLength;
    }
  });

  it('gives a released buffer to the next who asks for its class', () => {
    const pool = new BufferPool();
    const buffer = pool.allocate(9000);
    pool.release(buffer);
    expect(pool.idleBytes).toBe(10 * KIB);
    expect(pool.allocate(4096)).not.toBe(buffer);
    expect(pool.allocate(10_000)).toBe(buffer);
    expect([pool.allocate(10_000) === buffer, pool.idleBytes]).toEqual([false, 0]);
  });

  it('never hands a buffer out twice, even if it was released twice', () => {
    const pool = new BufferPool();
    const buffer = pool.allocate(1);
    pool.release(buffer);
    pool.release(buffer);
    expect(pool.idleBytes).toBe(4096);
    expect(pool.allocate(1)).toBe(buffer);
    expect(pool.allocate(1)).not.toBe(buffer);
  });

  it('keeps no more than it may and lets go of what was idle longest', () => {
    const pool = new BufferPool({ maxIdleBytes: 12 * KIB });
    const [a, b, c, d] = [1, 2, 3, 4].map(() => pool.allocate(4096)) as [
      SharedArrayBuffer,
      SharedArrayBuffer,
      SharedArrayBuffer,
      SharedArrayBuffer,
    ];
    for (const buffer of [a, b, c, d]) pool.release(buffer);
    expect(pool.idleBytes).toBe(12 * KIB);
    const again = new Set([1, 2, 3].map(() => pool.allocate(4096)));
    expect([again.has(a), again.has(b), again.has(c), again.has(d)]).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it('does not keep what is larger than all it may keep, or what it did not make', () => {
    const pool = new BufferPool({ maxIdleBytes: 4096 });
    pool.release(pool.allocate(5000));
    pool.release(new SharedArrayBuffer(100));
    expect(pool.idleBytes).toBe(0);
  });

  it('lets everything go when cleared', () => {
    const pool = new BufferPool();
    const buffer = pool.allocate(1);
    pool.release(buffer);
    pool.clear();
    expect([pool.idleBytes, pool.allocate(1) === buffer]).toEqual([0, false]);
  });
});
