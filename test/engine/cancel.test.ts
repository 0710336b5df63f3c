// Whatever a function hangs in, its job can be cancelled and the next one finds healthy workers.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Job, type RDD, SparkContext } from '#dist/index.js';

let sc: SparkContext;
let folder: string;
let pipe: string;

beforeAll(() => {
  sc = new SparkContext('local[2]', 'cancel');
  folder = mkdtempSync(join(tmpdir(), 'tspark-cancel-'));
  pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
});
afterAll(async () => {
  // Lets go of the thread that reads the pipe.
  execFileSync('sh', ['-c', ': 1<>"$0" >"$0" &', pipe]);
  await sc.stop();
  rmSync(folder, { recursive: true });
});

/** Starts a job of two tasks that hang, cancels it once both run, and uses both workers again. */
async function cancels(start: () => Job<unknown>): Promise<void> {
  let running = 0;
  const unlisten = sc.events.listen((event) => {
    if (event.kind === 'task-start') running++;
  });
  const job = start();
  const outcome = job.then(
    () => 'ended by itself',
    (error: Error) => error.message,
  );
  while (running < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  unlisten();
  job.cancel('the test says so');
  expect(await outcome).toMatch(/JOB-102.*the test says so/);
  expect(await sc.range(0, 100, 1, 4).sum()).toBe(4950);
}

describe('a job can be cancelled', () => {
  const two = () => sc.parallelize([1, 2], 2);

  it('while a function loops without end', () =>
    cancels(() =>
      two()
        .map((x) => {
          for (;;) x++;
        })
        .count(),
    ));

  it('while a promise in mapPartitions never settles', () =>
    cancels(() =>
      two()
        .mapPartitions(async function* (records: Iterable<number>) {
          await new Promise(() => {});
          yield* records;
        })
        .count(),
    ));

  it('while a function waits for a lock', () =>
    cancels(() =>
      two()
        .map((x) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) + x)
        .count(),
    ));

  it('while a regular expression backtracks', () =>
    cancels(() =>
      two()
        .map((x) => /^(a+)+$/.test(`${'a'.repeat(60)}${x}`))
        .count(),
    ));

  it('while a program behind pipe() sleeps', () => cancels(() => two().pipe('sleep 600').count()));

  it('while a native call never returns: its thread is replaced', () => {
    const deps = { readFileSync, pipe };
    return cancels(() =>
      two()
        .map((x) => deps.readFileSync(deps.pipe).length + x)
        .count(),
    );
  });
});

describe('a pipe is refused as a file', () => {
  it.each(['textFile', 'binaryFiles', 'wholeTextFiles', 'sequenceFile', 'objectFile'] as const)(
    'by %s',
    async (method) => {
      const read = async () =>
        (sc[method] as (path: string) => RDD<unknown>).call(sc, pipe).count();
      await expect(read()).rejects.toThrow(/IO-103.*not a regular file/);
    },
  );
});

describe('an error outside of any record', () => {
  it('does not keep the next job waiting behind the task that it failed', async () => {
    const failing = sc.parallelize([1, 2], 2).mapPartitions(async function* (
      records: Iterable<number>,
    ) {
      setTimeout(() => {
        throw new Error('late');
      }, 1);
      await new Promise(() => {});
      yield* records;
    });
    await expect(failing.count()).rejects.toThrow(/TASK-110.*late/s);
    expect(await sc.range(0, 100, 1, 4).sum()).toBe(4950);
  });
});

describe('a program that leaves a stuck thread behind', () => {
  it('ends all the same', () => {
    const program = fileURLToPath(new URL('./fixtures/stuck-exit.mjs', import.meta.url));
    const dist = fileURLToPath(new URL('../../dist', import.meta.url));
    const { stdout, signal } = spawnSync(process.execPath, [program, dist, pipe], {
      encoding: 'utf8',
      timeout: 25_000,
      killSignal: 'SIGTERM',
    });
    expect([stdout, signal]).toEqual(['10\nstopped\n', 'SIGKILL']);
  });
});
