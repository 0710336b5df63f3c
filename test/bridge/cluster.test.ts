// The bridge on a standalone master with two workers that these tests start on loopback: results, faults and what is
// left behind. Needs Java, and Spark or Python to install it with; says so and is skipped where they are not there.
// TSPARK_CLUSTER_TESTS=1 runs the large sizes too, =0 nothing of it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancelledError, SparkConf, SparkContext, TaskError } from '#dist/index.js';

/** What scripts/spark-cluster.mjs exports. */
interface SparkScript {
  readonly QUICK_JVM: string;
  findSparkForTests(): Promise<{ sparkHome: string } | { missing: string }>;
  startCluster(options: {
    sparkHome: string;
    workers: number;
    cores: number;
    memory: string;
  }): Promise<Standalone>;
}

interface Standalone {
  readonly master: string;
  stop(): Promise<void>;
}

/** A file system of Hadoop's own over a folder of this machine. */
const MOUNT = 'spark.hadoop.fs.viewfs.mounttable.tspark.link.';
const HADOOP = 'viewfs://tspark/data';
// A JVM can take most of a minute to start on a busy machine.
const START_MS = 300_000;
const TEST_MS = 300_000;
const { findSparkForTests, startCluster, QUICK_JVM } = (await import(
  new URL('../../scripts/spark-cluster.mjs', import.meta.url).href
)) as SparkScript;
const asked = process.env.TSPARK_CLUSTER_TESTS;
const found = asked === '0' ? { missing: 'TSPARK_CLUSTER_TESTS is 0' } : await findSparkForTests();
const isLong = asked === '1';
const RECORD_BYTES = isLong ? 100_000_000 : 20_000_000;
const EMPTY_TASKS = isLong ? 10_000 : 40;
const cluster = await tryToStart();
const why = 'missing' in cluster ? ` (left out: ${cluster.missing})` : '';

describe.skipIf(why !== '')(`on a standalone Spark cluster${why}`, () => {
  let sc: SparkContext;
  let folder: string;

  beforeAll(async () => {
    if ('missing' in cluster) return;
    folder = mkdtempSync(path.join(tmpdir(), 'tspark-bridge-test-'));
    sc = new SparkContext(quickConf(cluster.master).set(`${MOUNT}/data`, `file://${folder}`));
    await sc.connected();
  }, START_MS);

  afterAll(async () => {
    await sc?.stop();
    if (!('missing' in cluster)) await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }, START_MS);

  /** A path that a function makes when it has done once what it does once. */
  const marker = (name: string): string => path.join(folder, name);

  test(
    'runs shuffles, broadcasts, accumulators and files on the executors',
    async () => {
      const file = marker('words.txt');
      writeFileSync(file, 'to be or\nnot to be\n');
      const weights = sc.broadcast(new Map([['to', 10]]));
      const seen = sc.accumulator(0);
      const counts = await sc
        .textFile(file)
        .flatMap((line) => line.split(' '))
        .map((word) => {
          seen.add(1);
          return [word, weights.value.get(word) ?? 1];
        })
        .reduceByKey((a, b) => a + b)
        .sortByKey()
        .collect();
      expect(counts).toEqual([
        ['be', 2],
        ['not', 1],
        ['or', 1],
        ['to', 20],
      ]);
      // The order needs a sample, which reads the shuffle, not the file, again.
      expect(seen.value).toBe(6);
    },
    TEST_MS,
  );

  test(
    'tells what a function threw with its stack and record',
    async () => {
      const error = await sc
        .range(4, null, 1, 2)
        .map((x) => {
          if (x === 3) throw new TypeError('no three');
          return x;
        })
        .collect()
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TaskError);
      const { code, details, cause } = error as TaskError;
      expect(code).toBe('TASK-101');
      expect(details).toMatchObject({
        userError: 'TypeError: no three',
        partition: 1,
        record: '3',
      });
      expect(String(details.frames)).toContain('cluster.test.ts:');
      expect(cause).toBeInstanceOf(TypeError);
    },
    TEST_MS,
  );

  test(
    'computes again what a killed worker did, and counts it once',
    async () => {
      const once = marker('worker-killed');
      const seen = sc.accumulator(0);
      const sum = await sc
        .range(10, null, 1, 2)
        .map((x) => {
          const fs = process.getBuiltinModule('node:fs');
          seen.add(1);
          if (x === 9 && !fs.existsSync(once)) {
            fs.writeFileSync(once, '');
            // Functions may not end their own process: somebody else does.
            const { execFileSync: run } = process.getBuiltinModule('node:child_process');
            run('kill', ['-9', String(process.pid)]);
          }
          return x;
        })
        .sum();
      expect(sum).toBe(45);
      expect(seen.value).toBe(10);
      expect(existsSync(once)).toBe(true);
    },
    TEST_MS,
  );

  // Before the daemon's turn: a worker whose daemon is gone knows no way to its executor.
  test(
    'makes lost map outputs again when an executor is killed',
    async () => {
      const once = marker('executor-killed');
      const sums = sc
        .range(20, null, 1, 4)
        .map((x) => [x % 2, x])
        .reduceByKey((a, b) => a + b, 2)
        .map((pair) => {
          const fs = process.getBuiltinModule('node:fs');
          const { execFileSync: run } = process.getBuiltinModule('node:child_process');
          if (!fs.existsSync(once)) {
            const parent = run('ps', ['-o', 'ppid=', '-p', String(process.ppid)]);
            const executor = Number(String(parent));
            // An orphan's would be 0, which is everybody.
            if (executor > 1) {
              fs.writeFileSync(once, '');
              process.kill(executor, 'SIGKILL');
            }
          }
          return pair;
        });
      expect((await sums.collect()).sort()).toEqual([
        [0, 90],
        [1, 100],
      ]);
      expect(existsSync(once)).toBe(true);
    },
    TEST_MS,
  );

  test(
    'goes on when the daemon of the workers is killed',
    async () => {
      const once = marker('daemon-killed');
      const numbers = sc.range(10, null, 1, 2).map((x) => {
        const fs = process.getBuiltinModule('node:fs');
        if (x === 0 && process.ppid > 1 && !fs.existsSync(once)) {
          fs.writeFileSync(once, '');
          process.kill(process.ppid, 'SIGKILL');
        }
        return x;
      });
      expect(await numbers.sum()).toBe(45);
      expect(await numbers.repartition(3).sum()).toBe(45);
      expect(existsSync(once)).toBe(true);
    },
    TEST_MS,
  );

  test(
    'ends the workers of an endless loop that was cancelled',
    async () => {
      const pidFile = marker('endless');
      const job = sc
        .range(1, null, 1, 1)
        .map(() => {
          process.getBuiltinModule('node:fs').writeFileSync(pidFile, String(process.pid));
          for (;;);
        })
        .count();
      const ended = job.catch((error: unknown) => error);
      await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
      const pid = Number(readFileSync(pidFile, 'utf8'));
      job.cancel('enough');
      expect(await ended).toBeInstanceOf(CancelledError);
      await until(() => !isAlive(pid));
      expect(await sc.range(3).count()).toBe(3);
    },
    TEST_MS,
  );

  test(
    `moves a record of ${RECORD_BYTES / 1e6} MB`,
    async () => {
      const size = RECORD_BYTES;
      const lengths = await sc
        .range(1, null, 1, 1)
        .map(() => 'x'.repeat(size))
        .repartition(1)
        .map((text) => text.length)
        .collect();
      expect(lengths).toEqual([size]);
    },
    TEST_MS,
  );

  test(
    'moves to files what a worker may not hold, with the right answers',
    async () => {
      // Some 60 MB of values in two tasks, whose workers may hold 8 MB each.
      const pairs = sc.range(60_000, null, 1, 2).map((x) => [x % 20_000, 'v'.repeat(1000) + x]);
      const found = await pairs
        .groupByKey(2)
        .mapPartitions(function* (groups): Generator<[number, number[]]> {
          const fs = process.getBuiltinModule('node:fs');
          const [local = ''] = (process.env.SPARK_LOCAL_DIRS ?? '').split(',');
          const folder = `${local}/tspark-worker-${process.pid}`;
          let files = 0;
          for (const [key, values] of groups) {
            if (files === 0 && fs.existsSync(folder)) files = fs.readdirSync(folder).length;
            if (key === 7 || key === 19_999)
              yield [key, [...values].map((text) => Number(text.slice(1000)))];
          }
          yield [-1, [files]];
        })
        .collect();
      const groups = new Map(found.filter(([key]) => key >= 0));
      expect(groups.get(7)).toEqual([7, 20_007, 40_007]);
      expect(groups.get(19_999)).toEqual([19_999, 39_999, 59_999]);
      const files = found.flatMap(([key, values]) => (key < 0 ? values : []));
      expect(files).toHaveLength(2);
      expect(Math.min(...files)).toBeGreaterThan(0);
    },
    TEST_MS,
  );

  test(
    'saves to and reads from a file system of Hadoop',
    async () => {
      const lines = `${HADOOP}/lines`;
      await sc.parallelize(['a', 'ü', 'c'], 2).saveAsTextFile(lines);
      expect(readdirSync(marker('lines')).filter((name) => !name.startsWith('.'))).toEqual([
        '_SUCCESS',
        'part-00000',
        'part-00001',
      ]);
      expect((await sc.textFile(lines).collect()).sort()).toEqual(['a', 'c', 'ü']);
      const again = sc.parallelize(['x'], 1).saveAsTextFile(lines);
      await expect(again).rejects.toThrow(/IO-107.*viewfs:.*lines already exists/);
      await expect(sc.textFile(`${HADOOP}/none`).count()).rejects.toThrow(
        /IO-101.*does not exist: viewfs:.*none/,
      );

      const records = [[1, null], ['x', 2.5], { a: new Map([[1, 2]]) }];
      await sc.parallelize<unknown>(records, 1).saveAsObjectFile(`${HADOOP}/objects`);
      expect(await sc.objectFile(`${HADOOP}/objects`).collect()).toEqual(records);
      expect(await sc.objectFile(marker('objects')).collect()).toEqual(records);

      const gzip = 'org.apache.hadoop.io.compress.GzipCodec';
      const pairs = sc.parallelize<[string, number]>(
        [
          ['a', 1],
          ['b', 2],
        ],
        1,
      );
      await pairs.saveAsSequenceFile(`${HADOOP}/pairs`, gzip);
      expect(await sc.sequenceFile(`${HADOOP}/pairs`).collect()).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
      expect(await sc.sequenceFile(marker('pairs')).collect()).toEqual([
        ['a', 1],
        ['b', 2],
      ]);

      const text = 'org.apache.hadoop.mapreduce.lib.output.TextOutputFormat';
      await pairs.saveAsNewAPIHadoopFile(`${HADOOP}/new`, text);
      expect(readFileSync(path.join(marker('new'), 'part-r-00000'), 'utf8')).toBe('a\t1\nb\t2\n');
    },
    TEST_MS,
  );

  test(
    'runs many tasks of nothing',
    async () => {
      const nothing = sc.parallelize<number>([], EMPTY_TASKS);
      expect(await nothing.map((x) => x + 1).count()).toBe(0);
      expect(
        await nothing
          .map((x) => [x, x])
          .reduceByKey((a, b) => a + b, 3)
          .collect(),
      ).toEqual([]);
    },
    TEST_MS,
  );

  test(
    'runs the batches of a stream as jobs of the cluster',
    async () => {
      const { StreamingContext } = await import('#dist/index.js');
      const ssc = new StreamingContext(sc, 1);
      const seen: number[][] = [];
      ssc
        .queueStream([[1, 2], [3]])
        .map((x) => x * 10)
        .foreachRDD(async (rdd) => {
          const records = await rdd.collect();
          if (records.length > 0) seen.push(records);
        });
      await ssc.start();
      await until(() => seen.length === 2);
      await ssc.stop(false);
      expect(seen).toEqual([[10, 20], [30]]);
    },
    TEST_MS,
  );

  test(
    'leaves nothing running when the driver dies',
    async () => {
      const pidFile = marker('orphan');
      const program = `
      const { SparkContext, SparkConf } = await import(${JSON.stringify(distUrl())});
      const sc = new SparkContext(new SparkConf(false).setMaster('spark-local[1]').setAppName('dies')
        .set('spark.driver.extraJavaOptions', ${JSON.stringify(QUICK_JVM)}));
      const file = ${JSON.stringify(pidFile)};
      await sc.range(1, null, 1, 1).map(() => {
        process.getBuiltinModule('node:fs').writeFileSync(file, process.pid + ' ' + process.ppid);
        for (;;);
      }).count();`;
      const driver = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: 'ignore',
      });
      await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').includes(' '));
      const [worker = 0, daemon = 0] = readFileSync(pidFile, 'utf8').split(' ').map(Number);
      const jvm = Number(String(execFileSync('ps', ['-o', 'ppid=', '-p', String(daemon)])));
      driver.kill('SIGKILL');
      await until(() => ![worker, daemon, jvm].some(isAlive));
    },
    TEST_MS,
  );
});

/** A machine that cannot run Spark's own master and workers says nothing of the bridge. */
async function tryToStart(): Promise<Standalone | { missing: string }> {
  if ('missing' in found) return found;
  const { sparkHome } = found;
  process.env.SPARK_HOME = sparkHome;
  try {
    return await startCluster({ sparkHome, workers: 2, cores: 1, memory: isLong ? '3g' : '1g' });
  } catch (error) {
    return { missing: `the master and its workers did not start: ${String(error).split('\n')[0]}` };
  }
}

/** Settings that leave out what takes Spark time: the web page, the second compiler, waits before trying again. */
function quickConf(master: string): SparkConf {
  return new SparkConf(false)
    .setMaster(master)
    .setAppName('bridge tests')
    .set('spark.ui.enabled', 'false')
    .set('spark.executor.memory', isLong ? '2g' : '700m')
    .set('spark.driver.extraJavaOptions', QUICK_JVM)
    .set('spark.executor.extraJavaOptions', QUICK_JVM)
    .set('spark.python.worker.memory', '8m')
    .set('spark.python.task.killTimeout', '100ms')
    .set('spark.locality.wait', '0')
    .set('spark.shuffle.io.maxRetries', '1')
    .set('spark.shuffle.io.retryWait', '100ms');
}

function distUrl(): string {
  return new URL('../../dist/index.js', import.meta.url).href;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + TEST_MS - 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the condition did not come true');
    await sleep(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
