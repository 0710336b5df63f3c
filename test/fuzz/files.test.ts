// Damaged and random files: an error that says so, or the right records; never others, a crash or a hang.
// TSPARK_FUZZ_ROUNDS and TSPARK_FUZZ_SEED choose more and others; scripts/fuzz.mjs does.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SparkContext } from '#dist/index.js';
import { decodeBlock, encodeBlock } from '#dist/blocks/codec.js';
import { decodeStored, writeDiskBlock } from '#dist/blocks/stored.js';
import { TsparkError } from '#dist/errors.js';
import { openRecordSplit } from '#dist/io/record-readers.js';
import type { FileSplit } from '#dist/io/split.js';
import { openTextSplit } from '#dist/io/text-reader.js';
import { seeded } from '../programs/random.js';
import { fixtures } from '../io/folders.js';

const ROUNDS = Number(process.env.TSPARK_FUZZ_ROUNDS ?? 150);
const SEED = Number(process.env.TSPARK_FUZZ_SEED ?? 1);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** One bit or some bytes of a copy are others, or its end is missing. */
function damaged(bytes: Uint8Array, random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(random() * copy.length);
  const way = random();
  if (way < 0.3) return copy.subarray(0, at);
  if (way < 0.7) copy[at]! ^= 1 << Math.floor(random() * 8);
  else for (let i = at; i < Math.min(copy.length, at + 8); i++) copy[i] = random() * 256;
  return copy;
}

/** What a reader gave, or the code of its error. Anything else that is thrown is a fault of the reader. */
function outcome(read: () => unknown): string {
  try {
    return JSON.stringify(read());
  } catch (error) {
    if (error instanceof TsparkError) return error.code;
    throw error;
  }
}

function records(split: FileSplit, kind: 'objects' | 'sequence-file'): unknown[] {
  const reader = openRecordSplit(split, { kind } as never);
  const found: unknown[] = [];
  try {
    for (let chunk = reader.next(); chunk !== null; chunk = reader.next()) found.push(...chunk);
  } finally {
    reader.close();
  }
  return found;
}

function lines(split: FileSplit): string[] {
  const reader = openTextSplit(split);
  let text = '';
  try {
    for (let chunk = reader.next(); chunk !== null; chunk = reader.next()) text += chunk;
  } finally {
    reader.close();
  }
  return text.split('\n').slice(0, -1);
}

/** The runner takes a test that never gives way for one that hangs. */
async function breathe(round: number): Promise<void> {
  if (round % 100 === 0) await new Promise(setImmediate);
}

/** Runs the rounds of one format: the file whole or damaged, and what reading it gives. */
async function fuzz(
  original: Uint8Array,
  read: (path: string, size: number) => unknown,
  judge: (result: string, right: string, bytes: Buffer) => void,
): Promise<void> {
  const random = seeded(SEED);
  const path = join(folder, 'fuzzed');
  writeFileSync(path, original);
  const right = outcome(() => read(path, original.length));
  for (let round = 0; round < ROUNDS; round++) {
    await breathe(round);
    const bytes = damaged(original, random);
    if (bytes.equals(original)) continue;
    writeFileSync(path, bytes);
    const result = outcome(() => read(path, bytes.length));
    try {
      judge(result, right, bytes);
    } catch (error) {
      throw new Error(`seed ${SEED}, round ${round}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

const ERROR = /^[A-Z]+-\d+$/;

describe(`with fuzz seed ${SEED}`, { timeout: 3_600_000 }, () => {
  it('a damaged object file is an error', async () => {
    const sc = new SparkContext('local[1]', 'fuzz');
    const path = join(folder, 'objects');
    await sc
      .range(0, 300, 1, 1)
      .map((x) => ({ x, text: `record ${x}` }))
      .saveAsObjectFile(path);
    await sc.stop();
    await fuzz(
      readFileSync(join(path, 'part-00000')),
      (file, length) => records({ path: file, start: 0, length, codec: 'none' }, 'objects'),
      (result) => expect(result).toMatch(ERROR),
    );
  });

  it('a damaged SequenceFile is an error or gives records, and never more than it has bytes', async () => {
    const sc = new SparkContext('local[1]', 'fuzz');
    const path = join(folder, 'sequence');
    await sc
      .range(0, 200, 1, 1)
      .map((x) => [x, `value ${x}`] as [number, string])
      .saveAsSequenceFile(path);
    await sc.stop();
    const name = readdirSync(path).find((each) => each.startsWith('part-'))!;
    await fuzz(
      readFileSync(join(path, name)),
      (file, length) => records({ path: file, start: 0, length, codec: 'none' }, 'sequence-file'),
      (result, _right, bytes) => {
        if (!ERROR.test(result))
          expect(JSON.parse(result).length).toBeLessThanOrEqual(bytes.length);
      },
    );
  });

  const text = Array.from({ length: 400 }, (_, i) => `line ${i} ${'ä'.repeat(i % 7)}`).join('\n');
  it.each([
    ['gzip', gzipSync(text), 'gz'],
    ['deflate', deflateSync(text), 'deflate'],
    ['bzip2', readFileSync(`${fixtures}/lines.txt.bz2`), 'bz2'],
  ] as const)(
    'a damaged %s file is an error or gives the right lines',
    async (_name, bytes, ending) => {
      const codec = ({ gz: 'gzip', deflate: 'deflate', bz2: 'bzip2' } as const)[ending];
      await fuzz(
        bytes,
        (path, length) => lines({ path, start: 0, length, codec }),
        // A flipped bit in a name or time of a header changes nothing; an empty file has no lines.
        (result, right, damagedBytes) => {
          if (!ERROR.test(result) && damagedBytes.length > 0) expect(result).toBe(right);
        },
      );
    },
  );

  it('random bytes as text give what decoding all of them at once gives', async () => {
    const random = seeded(SEED);
    const path = join(folder, 'random.txt');
    const alphabet = [
      10, 13, 32, 65, 0, 0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xff, 0xf0, 0x9f, 0x98, 0x80,
    ];
    for (let round = 0; round < ROUNDS; round++) {
      await breathe(round);
      const bytes = Buffer.from(
        Array.from(
          { length: 2 + Math.floor(random() * 300) },
          () => alphabet[Math.floor(random() * alphabet.length)]!,
        ),
      );
      writeFileSync(path, bytes);
      const cuts = [0, 1 + Math.floor(random() * (bytes.length - 1)), bytes.length];
      const found = [0, 1].flatMap((i) =>
        lines({ path, start: cuts[i]!, length: cuts[i + 1]! - cuts[i]!, codec: 'none' }),
      );
      const whole = bytes.toString('latin1').split(/\r\n|\n|\r/);
      if (whole.at(-1) === '') whole.pop();
      const right = whole.map((line) => Buffer.from(line, 'latin1').toString('utf8'));
      expect([round, found]).toEqual([round, right]);
    }
  });

  it('a damaged block on disk is an error', async () => {
    const block = encodeBlock(Array.from({ length: 200 }, (_, i) => [`key ${i}`, i, i % 2 === 0]));
    const path = join(folder, 'block');
    const disk = writeDiskBlock(path, block);
    const original = readFileSync(path);
    expect(decodeStored({ kind: 'disk', block: disk })).toEqual(decodeBlock(block));
    rmSync(path);
    await fuzz(
      original,
      (file) => decodeStored({ kind: 'disk', block: { ...disk, path: file } }),
      (result) => expect(result).toMatch(/^BLOCK-502$/),
    );
  });
});
