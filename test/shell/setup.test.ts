// What refuses a Node that is too old. Nothing is installed or built here.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SETUP = new URL('../../scripts/setup.mjs', import.meta.url);
const BIN = fileURLToPath(new URL('../../bin/tspark', import.meta.url));

describe('scripts/setup.mjs', () => {
  it('refuses a Node that is too old and accepts the others', async () => {
    const { nodeProblem } = (await import(SETUP.href)) as {
      nodeProblem(version: string): string | null;
    };
    expect(nodeProblem('20.18.3')).toBe('tspark needs Node 20.19 or later; this is Node 20.18.3.');
    expect(nodeProblem('18.20.0')).toContain('tspark needs Node 20.19');
    expect([nodeProblem('20.19.0'), nodeProblem('22.1.0')]).toEqual([null, null]);
  });
});

describe('bin/tspark', () => {
  it('refuses a Node that is too old with one line', () => {
    const program = `
      Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });
      require(${JSON.stringify(BIN)});`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe('tspark needs Node 20.19 or later; this is Node 18.20.4.\n');
  });
});
