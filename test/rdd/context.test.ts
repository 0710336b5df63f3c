// SparkContext: one at a time, sources, shared variables, properties, added files.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RDD, SparkConf, SparkContext, SparkFiles } from '#dist/index.js';

let made: SparkContext[] = [];

function make(master: string | SparkConf, name = 'tests'): SparkContext {
  const context =
    typeof master === 'string' ? new SparkContext(master, name) : new SparkContext(master);
  made.push(context);
  return context;
}

afterEach(async () => {
  await Promise.all(made.map((context) => context.stop()));
  made = [];
});

describe('a SparkContext', () => {
  it('is the only active one, and the error says where it was made', async () => {
    const first = make('local[2]', 'first');
    expect(() => new SparkContext('local')).toThrow(
      /CONTEXT-101.*appName=first.*context\.test\.ts:\d+/,
    );
    expect(SparkContext.getOrCreate()).toBe(first);
    await first.stop();
    expect(make('local', 'second').appName).toBe('second');
  });

  it('can be made from a configuration, which it copies', () => {
    const conf = new SparkConf(false).setMaster('local[3]').setAppName('by conf');
    const sc = make(conf);
    conf.setAppName('changed');
    expect([sc.master, sc.appName, sc.defaultParallelism, sc.defaultMinPartitions]).toEqual([
      'local[3]',
      'by conf',
      3,
      2,
    ]);
    sc.getConf().setAppName('changed');
    expect(sc.getConf().get('spark.app.name')).toBe('by conf');
    expect(String(sc)).toBe('<SparkContext master=local[3] appName=by conf>');
  });

  it('takes spark.default.parallelism before the number of threads', async () => {
    const sc = make(new SparkConf(false).setMaster('local[1]').set('spark.default.parallelism', 5));
    expect(sc.defaultParallelism).toBe(5);
    expect(await sc.range(10).getNumPartitions()).toBe(5);
  });

  it.each(['mesos://host:5050', 'spark-local[0]x', 'local[0]', 'local[x]', ''])(
    'refuses the master %j',
    (master) => {
      expect(() => new SparkContext(master)).toThrow(/CONTEXT-102/);
      expect(make('local').defaultParallelism).toBe(1);
    },
  );

  it('refuses everything once it is stopped', async () => {
    const sc = make('local', 'gone');
    const numbers = sc.range(3);
    await sc.stop();
    await sc.stop();
    expect(() => numbers.count()).toThrow(/CONTEXT-103.*gone.*was stopped/);
    expect(() => sc.parallelize([1])).toThrow(/CONTEXT-103/);
    expect(() => make('local').union([numbers])).toThrow(/RDD-108/);
  });

  it('cancels what runs when it stops', async () => {
    const sc = make('local[2]');
    const job = sc
      .range(1e9)
      .map((x) => x + 1)
      .count();
    const failed = expect(job).rejects.toThrow(/stopped/);
    await sc.stop();
    await failed;
  });

  it('tells of unknown keys of its own, with the nearest known one', async () => {
    const sc = make(new SparkConf(false).setMaster('local').set('tspark.memory.heep', '1g'));
    const notices: string[] = [];
    sc.events.listen((event) => {
      if (event.kind === 'notice') notices.push(event.text);
    });
    await sc.range(1).count();
    expect(notices).toEqual([
      'The configuration key tspark.memory.heep is not known and has no effect. Did you mean tspark.memory.heap?',
    ]);
  });

  it('refuses unknown log levels', () => {
    const sc = make('local');
    expect(() => sc.setLogLevel('LOUD')).toThrow(/LOUD/);
    expect(sc.setLogLevel('warn')).toBeUndefined();
  });
});

describe('parallelize', () => {
  it('slices as PySpark: whole batches of at most 1024 records', async () => {
    const sc = make('local[2]');
    const sizes = (n: number, slices: number) =>
      sc
        .parallelize(
          Array.from({ length: n }, (_, i) => i),
          slices,
        )
        .mapPartitions((xs) => [[...xs].length])
        .collect();
    expect(await sizes(5, 4)).toEqual([1, 1, 1, 2]);
    expect(await sizes(3000, 2)).toEqual([1024, 1976]);
    expect(await sizes(12_345, 4)).toEqual([3072, 3072, 3072, 3129]);
    expect(await sizes(0, 3)).toEqual([0, 0, 0]);
  });

  it('takes any iterable and copies it at the call', async () => {
    const sc = make('local[2]');
    const records = [[1], [2]];
    const rdd = sc.parallelize(records, 1);
    records[0]!.push(99);
    records.push([3]);
    expect(await rdd.collect()).toEqual([[1], [2]]);
    expect(await sc.parallelize(new Set([5, 6])).collect()).toEqual([5, 6]);
    expect(await sc.parallelize('aü🎉').collect()).toEqual(['a', 'ü', '🎉']);
  });

  it('refuses what is not iterable and fewer than one slice', () => {
    const sc = make('local');
    expect(() => sc.parallelize(5 as never)).toThrow(/RDD-101.*iterable/);
    expect(() => sc.parallelize([1], 0)).toThrow(/RDD-101.*positive/);
  });
});

describe('range', () => {
  it('counts from zero, up, down and in steps', async () => {
    const sc = make('local[2]');
    expect(await sc.range(3).collect()).toEqual([0, 1, 2]);
    expect(await sc.range(5, -6, -2, 4).glom().collect()).toEqual([[5], [3, 1], [-1], [-3, -5]]);
    expect(await sc.range(5, 2).collect()).toEqual([]);
    expect(() => sc.range(0, 5, 0)).toThrow(/zero/);
    expect(() => sc.range(0.5)).toThrow(/integer/);
  });
});

describe('shared variables', () => {
  it('bring broadcast values to the tasks', async () => {
    const sc = make('local[2]');
    const table = sc.broadcast(new Map([['a', [10]]]));
    expect(
      await sc
        .parallelize(['a', 'b'])
        .map((k) => table.value.get(k) ?? null)
        .collect(),
    ).toEqual([[10], null]);
    table.unpersist();
    expect(
      await sc
        .parallelize(['a'])
        .map((k) => table.value.get(k))
        .collect(),
    ).toEqual([[10]]);
  });

  it('refuse a destroyed broadcast at the driver, at capture and in tasks', async () => {
    const sc = make('local[2]');
    const gone = sc.broadcast([1]);
    const before = sc.range(1).map(() => gone.value[0]);
    gone.destroy();
    expect(() => gone.value).toThrow(/BROADCAST-101.*destroyed/);
    expect(() => sc.range(1).map(() => gone.value[0])).toThrow(/destroyed/);
    await expect(before.collect()).rejects.toThrow(/destroyed/);
  });

  it('broadcast large captured values by themselves and say so once', async () => {
    const sc = make('local[2]');
    const notices: string[] = [];
    sc.events.listen((event) => {
      if (event.kind === 'notice') notices.push(event.text);
    });
    const table = Array.from({ length: 50_000 }, (_, i) => i * 2);
    expect(
      await sc
        .range(2)
        .map((i) => table[i])
        .collect(),
    ).toEqual([0, 2]);
    expect(
      await sc
        .range(2)
        .map((i) => table[i + 1])
        .collect(),
    ).toEqual([2, 4]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/^The captured variable table \(\d+\.\d KiB\) is broadcast/);
  });

  it('add up what tasks add, by default for numbers and bigints', async () => {
    const sc = make('local[2]');
    const count = sc.accumulator(10);
    const big = sc.accumulator(0n);
    await sc.range(4).foreach((x) => {
      count.add(x);
      big.add(BigInt(x));
    });
    expect([count.value, big.value]).toEqual([16, 6n]);
    count.value = 1;
    count.add(2);
    expect(count.value).toBe(3);
  });

  it('add with a param of the user, from its zero in each task', async () => {
    const sc = make('local[2]');
    const seen = sc.accumulator(new Set([100]), {
      zero: () => new Set<number>(),
      addInPlace: (a, b) => {
        for (const x of b) a.add(x);
        return a;
      },
    });
    await sc.range(4, null, 1, 2).foreach((x) => seen.add(new Set([x % 2])));
    expect([...seen.value].sort()).toEqual([0, 1, 100]);
  });

  it('refuse accumulators without a param, and terms of another type', async () => {
    const sc = make('local[2]');
    expect(() => sc.accumulator('text')).toThrow(
      /ACCUMULATOR-101.*no default accumulator param for 'text'/,
    );
    const count = sc.accumulator(0);
    await expect(sc.range(1).foreach(() => count.add('1' as never))).rejects.toThrow(
      /adds numbers/,
    );
  });
});

describe('properties of jobs', () => {
  it('are set, read and removed', () => {
    const sc = make('local');
    sc.setJobGroup('g', 'd', true);
    expect(sc.getLocalProperty('spark.jobGroup.id')).toBe('g');
    expect(sc.getLocalProperty('spark.job.interruptOnCancel')).toBe('true');
    sc.setLocalProperty('k', 'v');
    sc.setLocalProperty('k', null);
    expect(sc.getLocalProperty('k')).toBeNull();
  });

  it('hold tags without commas', () => {
    const sc = make('local');
    sc.addJobTag('a');
    sc.addJobTag('b');
    sc.addJobTag('a');
    sc.removeJobTag('b');
    expect(sc.getJobTags()).toEqual(new Set(['a']));
    expect(() => sc.addJobTag('a,b')).toThrow(/comma/);
    expect(() => sc.addJobTag('')).toThrow(/empty/);
    sc.clearJobTags();
    expect(sc.getJobTags().size).toBe(0);
  });

  it('pick the jobs that are cancelled', async () => {
    const sc = make('local[2]');
    const slow = () =>
      sc
        .range(1e9, null, 1, 1)
        .map((x) => x + 1)
        .count();
    sc.addJobTag('slow');
    const tagged = expect(slow()).rejects.toThrow(/cancelled.*tag slow/);
    sc.clearJobTags();
    sc.setJobGroup('grouped', '');
    const grouped = expect(slow()).rejects.toThrow(/cancelled.*group grouped/);
    sc.cancelJobsWithTag('other');
    sc.cancelJobsWithTag('slow');
    await tagged;
    sc.cancelJobGroup('grouped');
    await grouped;
  });
});

describe('added files', () => {
  it('are found by name at the driver and in tasks', async () => {
    expect(() => SparkFiles.get('x')).toThrow(/CONTEXT-104/);
    const sc = make('local[2]');
    const file = join(mkdtempSync(join(tmpdir(), 'tspark-test-')), 'factor.txt');
    writeFileSync(file, '100');
    sc.addFile(file);
    expect(readFileSync(SparkFiles.get('factor.txt'), 'utf8')).toBe('100');
    const paths = await sc
      .range(1)
      .map(() => SparkFiles.get('factor.txt'))
      .collect();
    expect(paths).toEqual([SparkFiles.get('factor.txt')]);
    expect(sc.listFiles).toEqual([file]);
    expect(() => sc.addFile(`${file}.not`)).toThrow(/CONTEXT-104.*no file/);
  });

  it('may be archives, which are unpacked', () => {
    const sc = make('local');
    const folder = mkdtempSync(join(tmpdir(), 'tspark-test-'));
    writeFileSync(join(folder, 'inside.txt'), 'packed');
    execFileSync('tar', ['-czf', join(folder, 'all.tgz'), '-C', folder, 'inside.txt']);
    sc.addArchive(`${join(folder, 'all.tgz')}#deps`);
    expect(readFileSync(SparkFiles.get('deps/inside.txt'), 'utf8')).toBe('packed');
    expect(sc.listArchives).toEqual([join(folder, 'all.tgz')]);
    expect(() => sc.addArchive(join(folder, 'inside.txt'))).toThrow(/CONTEXT-104.*cannot unpack/);
  });
});

describe('RDD handles', () => {
  it('know their context and refuse other ones', async () => {
    const sc = make('local');
    const numbers = sc.range(3);
    expect(numbers).toBeInstanceOf(RDD);
    expect(numbers.context).toBe(sc);
    await sc.stop();
    expect(() => make('local').range(1).union(numbers)).toThrow(/RDD-108.*same SparkContext/);
  });
});
