// What is done when the program ends is not done when user code only says so.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const MODULE = new URL('../../dist/process-exit.js', import.meta.url).href;

function outputOf(program: string): string {
  const source = `import { onProcessExit } from ${JSON.stringify(MODULE)};\n${program}`;
  const args = ['--input-type=module', '-e', source];
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout;
}

describe('onProcessExit', () => {
  it('runs when the program ends, by itself or by process.exit', () => {
    expect(outputOf("onProcessExit(() => console.log('left'));")).toBe('left\n');
    expect(outputOf("onProcessExit(() => console.log('left')); process.exit(3);")).toBe('left\n');
  });

  it('does not run when user code emits exit', () => {
    const program =
      "onProcessExit(() => console.log('left')); process.emit('exit', 0); console.log('here');";
    expect(outputOf(program)).toBe('here\nleft\n');
  });

  it('does not run once it is taken back', () => {
    expect(outputOf("onProcessExit(() => console.log('left'))();")).toBe('');
  });
});
