// Faults of workers and functions, through the public API on real threads.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BarrierTaskContext, SparkConf, SparkContext, type TsparkEvent } from '#dist/index.js';

let sc: SparkContext;
let folder: string;
const events: TsparkEvent[] = [];

beforeAll(() => {
  sc = new SparkContext('local[2]', 'faults');
  sc.events.listen((event) => events.push(event));
  folder = mkdtempSync(join(tmpdir(), 'tspark-faults-'));
});
afterAll(async () => {
  await sc.stop();
  rmSync(folder, { recursive: true });
});

/** A function that ends its worker the first time it meets `fatal`, and never again. */
function dieOnce(flag: string, fatal: number): (x: number) => number {
  const deps = { existsSync, writeFileSync };
  return (x) => {
    if (x === fatal && !deps.existsSync(flag)) {
      deps.writeFileSync(flag, '');
      (process as unknown as { reallyExit(code: number): void }).reallyExit(7);
    }
    return x;
  };
}

describe('a worker that dies', () => {
  it('is replaced, and its task is tried again', async () => {
    const rdd = sc.parallelize([1, 2, 3, 4], 2).map(dieOnce(join(folder, 'map'), 3));
    expect(await rdd.collect()).toEqual([1, 2, 3, 4]);
    expect(events.filter((event) => event.kind === 'worker-lost')).toHaveLength(1);
  });

  it('does not lose finished map outputs, and counts accumulators once', async () => {
    const seen = sc.accumulator(0);
    const die = dieOnce(join(folder, 'shuffle'), 4);
    const summed = sc
      .parallelize([1, 2, 3, 4, 5, 6], 3)
      .map((x) => {
        seen.add(1);
        return [die(x) % 2, x] as [number, number];
      })
      .reduceByKey((a, b) => a + b);
    expect(new Map(await summed.collect())).toEqual(
      new Map([
        [0, 12],
        [1, 9],
      ]),
    );
    expect(seen.value).toBe(6);
  });

  it('lets its barrier stage start over as a whole, whatever of it was done', async () => {
    const seen = sc.accumulator(0);
    const flag = join(folder, 'barrier');
    const deps = { existsSync, writeFileSync };
    const gathered = sc
      .parallelize([0, 1], 2)
      .barrier()
      .mapPartitions(async function* (records: Iterable<number>) {
        const [record] = records;
        const context = BarrierTaskContext.get();
        const all = await context.allGather(`from ${record}`);
        seen.add(1);
        if (record === 1 && !deps.existsSync(flag)) {
          deps.writeFileSync(flag, '');
          // The driver has the other task's answer by then.
          await new Promise((resolve) => setTimeout(resolve, 300));
          (process as unknown as { reallyExit(code: number): void }).reallyExit(7);
        }
        yield all;
      });
    expect(await gathered.collect()).toEqual([
      ['from 0', 'from 1'],
      ['from 0', 'from 1'],
    ]);
    expect(seen.value).toBe(2);
    expect(
      new Map(
        await gathered
          .map((all) => [all.length, 1] as [number, number])
          .reduceByKey((a, b) => a + b)
          .collect(),
      ),
    ).toEqual(new Map([[2, 2]]));
  });

  it('fails the job with a named error when it dies every time', async () => {
    const rdd = sc.parallelize([1], 1).map((x) => {
      (process as unknown as { reallyExit(code: number): void }).reallyExit(x);
      return x;
    });
    await expect(rdd.count()).rejects.toThrow(/LOST-501.*died 4 times/);
    expect(await sc.parallelize([1, 2]).count()).toBe(2);
  });
});

describe('a function that throws', () => {
  it('fails the job at once with its own message, the partition and the record', async () => {
    const rdd = sc.parallelize([1, 2, 3, 4], 2).map((x) => {
      if (x === 3) throw new RangeError('too much');
      return x;
    });
    await expect(rdd.collect()).rejects.toThrow(
      /TASK-101.*RangeError: too much.*partition 1.*Record: 3/s,
    );
  });

  it('is named when it calls process.exit', async () => {
    const rdd = sc.parallelize([1], 1).map((x) => process.exit(x) as number);
    await expect(rdd.count()).rejects.toThrow(/TASK-107.*process\.exit\(1\)/);
  });

  it('is found in the three millionth record', async () => {
    const rdd = sc.range(4_000_000, undefined, 1, 2).map((x) => {
      if (x === 2_999_999) throw new Error('bad row');
      return x;
    });
    await expect(rdd.count()).rejects.toThrow(/bad row.*partition 1.*Record: 2999999/s);
  });
});

describe('cancelling', () => {
  it('ends an endless loop in a function and leaves the engine working', async () => {
    const job = sc.parallelize([1], 1).map((x) => {
      for (;;) x++;
    });
    const counting = job.count();
    setTimeout(() => counting.cancel('the test says so'), 100);
    await expect(counting).rejects.toThrow(/JOB-102.*the test says so/);
    expect(await sc.parallelize([1, 2, 3], 3).count()).toBe(3);
  });

  it('stops a job between batches without losing the worker', async () => {
    const lost = events.filter((event) => event.kind === 'worker-lost').length;
    const counting = sc
      .range(0, 1e12, 1, 2)
      .filter((x) => x < 0)
      .count();
    setTimeout(() => counting.cancel(), 50);
    await expect(counting).rejects.toThrow(/JOB-102/);
    expect(await sc.parallelize([1, 2, 3], 3).count()).toBe(3);
    expect(events.filter((event) => event.kind === 'worker-lost')).toHaveLength(lost);
  });
});

describe('results that do not fit', () => {
  it('stop the job with advice', async () => {
    const small = await withMaxResult('1m', (context) => context.range(1_000_000).collect());
    expect(small).toMatch(/maxResultSize.*take\(20\)/s);
  });
});

describe('a file of blocks that is lost', () => {
  it('is made again, and nothing else is', async () => {
    await sc.stop();
    const conf = new SparkConf(false).setMaster('local[2]').setAppName('files');
    sc = new SparkContext(conf.set('tspark.memory.blocks', '1m').set('spark.local.dir', folder));
    const seen = sc.accumulator(0);
    const moved = sc
      .range(0, 40_000, 1, 4)
      .map((i) => {
        seen.add(1);
        return [i % 100, 'x'.repeat(200)] as [number, string];
      })
      .partitionBy(2);
    expect(await moved.count()).toBe(40_000);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const blocks = files.filter((name) => name.endsWith('.block'));
    expect(blocks).toHaveLength(4);
    rmSync(join(folder, blocks[0]!));
    expect(await moved.count()).toBe(40_000);
    expect(seen.value).toBe(50_000);
    const jobs = sc.statusTracker().getJobIdsForGroup(null);
    const infos = jobs.map((id) => sc.statusTracker().getJobInfo(id));
    expect(infos.map((info) => info?.stageIds.length)).toEqual([2, 2]);
  });
});

describe('a folder that a killed process left behind', () => {
  it('is removed by the next context, others are left alone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const names = [
      `tspark-${pid}-1-0123456789ab`,
      'tspark-other',
      `tspark-${process.pid}-0-0123456789ab`,
    ];
    for (const name of names) mkdirSync(join(folder, name, 'blocks-x'), { recursive: true });
    await sc.stop();
    const conf = new SparkConf(false).setMaster('local[2]').setAppName('stale');
    sc = new SparkContext(conf.set('spark.local.dir', folder));
    await sc.parallelize([1]).count();
    expect(names.map((name) => existsSync(join(folder, name)))).toEqual([false, true, true]);
  });
});

/** Runs a job in a context of its own whose results are limited; gives the error's text. */
async function withMaxResult(
  size: string,
  run: (context: SparkContext) => Promise<unknown>,
): Promise<string> {
  await sc.stop();
  const { SparkConf } = await import('#dist/index.js');
  const limited = new SparkContext(
    new SparkConf(false)
      .setMaster('local[2]')
      .setAppName('limited')
      .set('spark.driver.maxResultSize', size),
  );
  try {
    await run(limited);
    return 'no error';
  } catch (error) {
    return String(error);
  } finally {
    await limited.stop();
    sc = new SparkContext('local[2]', 'faults');
  }
}
