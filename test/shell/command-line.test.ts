import { describe, expect, it } from 'vitest';
import { parseCommandLine, type ShellOptions } from '#dist/shell/command-line.js';

async function options(...argv: string[]): Promise<ShellOptions> {
  const parsed = await parseCommandLine(argv);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

async function usage(...argv: string[]): Promise<string> {
  const parsed = await parseCommandLine(argv);
  return parsed.kind === 'usage' ? parsed.message : parsed.kind;
}

describe('parseCommandLine', () => {
  it('opens the prompt where nothing is given', async () => {
    expect(await options()).toEqual({
      master: null,
      name: null,
      conf: [],
      batchIntervalSeconds: 1,
      init: null,
      program: { kind: 'input' },
      checksTypes: true,
      allowsColour: true,
      isQuiet: false,
      isPlain: false,
    });
  });

  it('reads every option', async () => {
    const parsed = await options(
      ...['--master', 'local[2]', '--name', 'demo', '--conf', 'a=1', '--conf', 'b=x=y'],
      ...['--batch-interval', '0.5', '-i', 'init.ts', '--no-types', '--no-color', '-q', '--plain'],
    );
    expect(parsed).toEqual({
      master: 'local[2]',
      name: 'demo',
      conf: [
        ['a', '1'],
        ['b', 'x=y'],
      ],
      batchIntervalSeconds: 0.5,
      init: 'init.ts',
      program: { kind: 'input' },
      checksTypes: false,
      allowsColour: false,
      isQuiet: true,
      isPlain: true,
    });
  });

  it('takes code as it is', async () => {
    expect((await options('-e', '1 + 1')).program).toEqual({ kind: 'eval', code: '1 + 1' });
    expect((await options('--eval=-1')).program).toEqual({ kind: 'eval', code: '-1' });
    expect((await options('-e', '07')).program).toEqual({ kind: 'eval', code: '07' });
  });

  it('leaves what follows the script to the script', async () => {
    expect((await options('--quiet', 'count.ts', '--depth', '3', '-e')).program).toEqual({
      kind: 'script',
      path: 'count.ts',
      args: ['--depth', '3', '-e'],
    });
  });

  it('names the option that was meant', async () => {
    expect(await usage('--mastr', 'local')).toBe(
      'There is no option --mastr; did you mean --master?',
    );
    expect(await usage('--zzz')).toBe('There is no option --zzz.');
  });

  it('refuses values that cannot be meant', async () => {
    expect(await usage('--master', 'mesos')).toBe(
      '--master mesos is not known here: use local, local[N] or local[*]; on a cluster spark://host:port, yarn, k8s://… or spark-local[N].',
    );
    expect(await usage('--batch-interval', '0')).toBe(
      '--batch-interval 0 is not a positive number of seconds.',
    );
    expect(await usage('--conf', 'x')).toBe('--conf x is not key=value.');
    expect(await usage('-e')).toBe('Not enough arguments following: e');
    expect(await usage('-e', '1', '-e', '2')).toBe('--eval may be given only once.');
    expect(await usage('-e', '1', 'a.ts')).toBe(
      '--eval runs its own code, so a.ts cannot be run as well: give one of them.',
    );
  });

  it('prints help with every option, at most 80 columns wide', async () => {
    const parsed = await parseCommandLine(['--help']);
    const text = parsed.kind === 'help' ? parsed.text : '';
    for (const name of [
      '--master',
      '--conf',
      '-e, --eval',
      '-i, --init',
      '--no-types',
      '--batch-interval',
    ]) {
      expect(text).toContain(name);
    }
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(await parseCommandLine(['--version'])).toEqual({ kind: 'version' });
  });
});
