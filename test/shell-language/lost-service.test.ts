// A language process that is killed: what was asked is answered all the same, and the session is known.
import type { ChildProcess } from 'node:child_process';
import { expect, test } from 'vitest';
import { snapshotFile } from '#dist/shell/language/snapshot-file.js';
import { Cells } from './harness.js';

const HAS_PROCESS = snapshotFile() !== null;
if (!HAS_PROCESS)
  console.warn(
    'The language process is not killed: there is no snapshot that it could start from.',
  );

/** The processes that this one waits for. */
function children(): ChildProcess[] {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): object[] };
  return handles().filter((handle): handle is ChildProcess => 'spawnargs' in handle);
}

test.skipIf(!HAS_PROCESS)('a lost service is replaced by one that knows the session', async () => {
  const cells = new Cells('error');
  try {
    await cells.client.warmUp();
    await cells.js('const a = [1, 2]');
    const asked = cells.client.typeOf('a');
    const found = children().filter(({ spawnargs }) => spawnargs.includes('tspark-language'));
    expect(found).toHaveLength(1);
    found[0]!.kill('SIGKILL');
    expect(await asked).toBe('number[]');
    await cells.client.warmUp();
    expect(await cells.refused('a.foo')).toMatchObject([{ code: 'TS2339' }]);
    expect(await cells.js('const b = a.length')).toBe('let b = a.length;');
    expect(await cells.client.typeOf('b')).toBe('number');
  } finally {
    await cells.close();
  }
});
