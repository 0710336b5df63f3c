import { afterEach, describe, expect, it } from 'vitest';
import { durationText } from '#dist/shell/print/duration-text.js';
import { FakeShell } from './fake-shell.js';
import { value } from './fake-runner.js';

let fake: FakeShell;

afterEach(() => fake.leave());

describe('.time', () => {
  it('prints the value of the cell and how long it ran', async () => {
    fake = new FakeShell({ 'f()': { ...value(42), durationMs: 1234 } as never });
    await fake.type('.time f()', '.time');
    expect(fake.screen.text).toBe('>>> .time f()\n42\n1.23 s\n>>> .time\nusage: .time <cell>\n>>>');
  });

  it('prints the error and no time where the cell fails', async () => {
    fake = new FakeShell({ 'f()': { kind: 'threw', error: new Error('no'), frames: [] } });
    await fake.type('.time f()');
    expect(fake.screen.text).toContain('Error: no');
    expect(fake.screen.text).not.toMatch(/\d ms/);
  });
});

describe('.bench', () => {
  it('compiles a loop once and tells shortest, median and longest', async () => {
    fake = new FakeShell();
    fake.runner.run = async (text, options) => {
      fake.runner.seen.push({ text, options });
      return value([30, 10, 20, 25]);
    };
    await fake.type('.bench 4 f(1);');
    expect(fake.screen.text).toBe(
      '>>> .bench 4 f(1);\n4 runs: min 10.0 ms · median 22.5 ms · max 30.0 ms\n>>>',
    );
    expect(fake.runner.seen).toHaveLength(1);
    expect(fake.runner.seen[0]!.text).toContain('run < 4;');
    expect(fake.runner.seen[0]!.text).toContain('await (f(1)\n);');
  });

  it('says how it is used where there is nothing to run', async () => {
    fake = new FakeShell();
    await fake.type('.bench 0 x', '.bench');
    expect(fake.screen.text.match(/usage: \.bench \[runs\] <expression>/g)).toHaveLength(2);
  });
});

describe('durationText', () => {
  it('keeps three digits or so', () => {
    fake = new FakeShell();
    expect([0.0123, 0.1234, 12.34, 999.4, 1000, 61_500].map(durationText)).toEqual([
      '12.3 µs',
      '0.12 ms',
      '12.3 ms',
      '999.4 ms',
      '1.00 s',
      '61.50 s',
    ]);
  });
});
