// Random options, cells, payloads and checkpoints: an answer or an error that says why, never a crash.
// TSPARK_FUZZ_ROUNDS and TSPARK_FUZZ_SEED choose more and others; scripts/fuzz.mjs does.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureClosure } from '#dist/closure/capture.js';
import { reviveClosure } from '#dist/closure/revive.js';
import { parseCommandLine } from '#dist/shell/command-line.js';
import { CheckpointFolder } from '#dist/streaming/checkpoint-folder.js';
import { seeded } from '../programs/random.js';
import { Prompt } from '../shell-evaluate/harness.js';

const ROUNDS = Number(process.env.TSPARK_FUZZ_ROUNDS ?? 150);
const SEED = Number(process.env.TSPARK_FUZZ_SEED ?? 1);

function picker(): <T>(from: readonly T[]) => T {
  const random = seeded(SEED);
  return (from) => from[Math.floor(random() * from.length)]!;
}

const TIMEOUT = { timeout: 3_600_000 };

describe(`with fuzz seed ${SEED}`, () => {
  it('random options are run, answered or refused with a text', TIMEOUT, async () => {
    const pick = picker();
    const words = [
      ...['--master', '--conf', '--eval', '-e', '--init', '-i', '--name', '--batch-interval'],
      ...['--no-types', '--quiet', '--help', '--version', '--', '-', '', '=', '--__proto__', '--_'],
      ...[
        'local[2]',
        'local[0]',
        'a=b',
        '=b',
        '1',
        '-1',
        'NaN',
        '1e999',
        '\0',
        '日本',
        '--eval=',
        '-qe',
      ],
      ...[
        '--constructor',
        '--toString=1',
        '--conf.a.b=c',
        '--no-master',
        'x'.repeat(5000),
        '-ee',
        '--$0',
      ],
    ];
    for (let round = 0; round < ROUNDS; round++) {
      const argv = Array.from({ length: 1 + (round % 6) }, () => pick(words));
      const parsed = await parseCommandLine(argv);
      expect([argv, ['run', 'help', 'version', 'usage']]).toEqual([
        argv,
        expect.arrayContaining([parsed.kind]),
      ]);
      if (parsed.kind === 'usage') expect([argv, parsed.message]).not.toEqual([argv, '']);
    }
    expect(({} as { b?: string }).b).toBeUndefined();
  });

  it('random cells have an outcome, and the prompt works after each', TIMEOUT, async () => {
    const pick = picker();
    const prompt = new Prompt('off');
    const words = [
      ...[
        'const',
        'let',
        'a',
        'b',
        '=',
        '=>',
        '(',
        ')',
        '{',
        '}',
        '[',
        ']',
        ';',
        '\n',
        ',',
        '.',
        '...',
        '`',
        "'",
      ],
      ...[
        '1',
        '"x"',
        '/',
        '${',
        '}',
        'await',
        'async',
        'function',
        'class',
        'extends',
        'return',
        'throw',
        'try',
      ],
      ...[
        'import',
        'export',
        'new',
        'delete',
        'typeof',
        'yield',
        '*',
        '#',
        '@',
        '//',
        '/*',
        '*/',
        '<',
        '>',
        ':',
      ],
      ...[
        'interface',
        'type',
        'enum',
        'sc',
        'this',
        'null',
        'undefined',
        '\u2028',
        '\0',
        '👍',
        '\\',
        'in',
        'of',
      ],
    ];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const cell = Array.from({ length: 1 + (round % 9) }, () => pick(words)).join(' ');
        const outcome = await Promise.race([
          prompt.run(cell),
          new Promise<null>((resolve) => setTimeout(resolve, 20_000, null).unref()),
        ]);
        expect([cell, outcome === null]).toEqual([cell, false]);
      }
      expect(await prompt.value('40 + 2')).toBe(42);
    } finally {
      await prompt.close();
    }
  });

  it('damaged payloads of functions are errors or functions, never crashes', TIMEOUT, () => {
    const random = seeded(SEED);
    const table = new Map([['a', [1, 2]]]);
    const add = (x: number) => x + 1;
    const payload = captureClosure((x: string) => add(table.get(x)?.length ?? 0), {
      operation: 'map',
      site: null,
    });
    const context = { resolveHandle: () => null, module: () => undefined };
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = Uint8Array.from(payload.bytes);
      // The text of a function is code by right; a byte of it that is another is still code.
      const at = Math.floor(random() * bytes.length);
      bytes[at]! ^= 1 << Math.floor(random() * 8);
      const cut = random() < 0.5 ? bytes : bytes.subarray(0, at);
      try {
        reviveClosure({ ...payload, bytes: cut }, context);
      } catch (error) {
        expect([round, error instanceof Error]).toEqual([round, true]);
      }
    }
  });

  it('a damaged description of a checkpoint is not read', TIMEOUT, async () => {
    const random = seeded(SEED);
    const place = mkdtempSync(join(tmpdir(), 'tspark-fuzz-checkpoint-'));
    try {
      await new CheckpointFolder(place).write('checkpoint-1.json', { timeMs: 1234, schema: 1 }, []);
      const [name] = readdirSync(place);
      const original = readFileSync(join(place, name!));
      expect(new CheckpointFolder(place).read(name!)).toEqual({
        timeMs: 1234,
        schema: 1,
        blocks: [],
      });
      for (let round = 0; round < ROUNDS; round++) {
        const bytes = Buffer.from(original);
        const at = Math.floor(random() * bytes.length);
        // The last byte is the end of the line, which nobody needs.
        if (at === bytes.length - 1) continue;
        bytes[at]! ^= 1 << Math.floor(random() * 8);
        writeFileSync(join(place, name!), random() < 0.7 ? bytes : bytes.subarray(0, at));
        expect([round, new CheckpointFolder(place).read(name!)]).toEqual([round, null]);
      }
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});
