import { describe, expect, it } from 'vitest';
import { SparkConf } from '#dist/conf.js';
import { SparkContext } from '#dist/context.js';
import { StreamingContext } from '#dist/streaming/context.js';
import { StreamingListener } from '#dist/streaming/listener.js';
import { Bench, START_MS, useBench } from './bench.js';

const open = useBench();

describe('the life of a StreamingContext', () => {
  it('cannot begin without outputs', () => {
    const b = open();
    b.ssc.queueStream([[1]]).map((x) => x);
    expect(() => b.ssc.start()).toThrow(
      '[STREAM-102] No output operations registered, so nothing to execute',
    );
  });

  it('ends once and cannot begin again', async () => {
    const b = open();
    b.collect(b.ssc.queueStream([[1]]));
    b.ssc.start();
    await b.pass(1);
    await b.ssc.stop();
    await b.ssc.stop();
    expect(() => b.ssc.start()).toThrow('[STREAM-103] This StreamingContext was stopped');
  });

  it('goes on after a stop where it is the prompt’s', async () => {
    const b = new Bench(open().sc, { isPreloaded: true });
    const seen = b.collect(b.ssc.queueStream([[1], [2], [3]]));
    b.ssc.start();
    await b.pass(1);
    await b.ssc.stop(true);
    await b.pass(3);
    b.ssc.start();
    await b.pass(1);
    expect(seen).toEqual([[1], [2]]);
    expect(await b.sc.parallelize([1, 2]).count()).toBe(2);
    await b.close();
  });

  it('is the active one while it runs', async () => {
    const b = open();
    b.collect(b.ssc.queueStream([[1]]));
    expect(StreamingContext.getActive()).toBeNull();
    b.ssc.start();
    expect(StreamingContext.getActive()).toBe(b.ssc);
    expect(await StreamingContext.getActiveOrCreate(null, () => 'new')).toBe(b.ssc);
    await b.ssc.stop();
    expect(StreamingContext.getActive()).toBeNull();
    expect(await StreamingContext.getActiveOrCreate(null, () => 'new')).toBe('new');
  });

  it('can be stopped from inside an output', async () => {
    const b = open();
    const seen: number[] = [];
    b.ssc.queueStream([[1], [2], [3]]).foreachRDD(async (rdd) => {
      const first = await rdd.first();
      seen.push(first);
      if (first === 2) await b.ssc.stop();
    });
    b.ssc.start();
    await b.pass(4);
    await b.ssc.awaitTermination();
    expect(seen).toEqual([1, 2]);
  });

  it('cancels the batch under way when it is slow to stop', async () => {
    const b = open();
    let isRunning = false;
    b.ssc.queueStream([[1]]).foreachRDD(async (rdd) => {
      isRunning = true;
      await rdd
        .map((x) => {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20_000);
          return x;
        })
        .collect();
    });
    b.ssc.start();
    b.clock.advance(1000);
    while (!isRunning || b.eventsOf('task-start').length === 0) await turn();
    const stopped = b.ssc.stop();
    b.clock.advance(2000);
    await b.ssc.whenIdle();
    b.clock.advance(2000);
    await stopped;
    expect(b.eventsOf('job-end').map((event) => event.outcome)).toEqual(['cancelled']);
  });

  it('waits for its end, or for a time', async () => {
    const b = open();
    b.collect(b.ssc.queueStream([[1]]));
    b.ssc.start();
    const short = b.ssc.awaitTerminationOrTimeout(0.5);
    b.clock.advance(500);
    expect(await short).toBe(false);
    const wait = b.ssc.awaitTermination();
    await b.ssc.stop();
    expect(await wait).toBeUndefined();
    expect(await b.ssc.awaitTerminationOrTimeout(1)).toBe(true);
  });

  it('lets a wait be cancelled', async () => {
    const b = open();
    b.collect(b.ssc.queueStream([[1]]));
    b.ssc.start();
    const wait = b.ssc.awaitTermination();
    wait.cancel();
    await expect(wait).rejects.toThrow('[STREAM-107]');
    expect(b.ssc.isActive).toBe(true);
  });
});

describe('a batch that fails', () => {
  it('is reported, and the stream goes on', async () => {
    const b = open();
    const seen: number[][] = [];
    b.ssc
      .queueStream([[1], [2], [3]])
      .map((x) => {
        if (x === 2) throw new Error('two is not allowed');
        return x;
      })
      .foreachRDD(async (rdd) => seen.push(await rdd.collect()));
    b.ssc.start();
    await b.pass(3);
    expect(seen).toEqual([[1], [3]]);
    const failures = b.eventsOf('batch-completed').map((event) => event.failure?.code ?? null);
    expect(failures).toEqual([null, 'TASK-101', null]);
    await expect(b.ssc.awaitTermination()).rejects.toThrow(/two is not allowed/);
  });

  it('fails one output and not the others', async () => {
    const b = open();
    const numbers = b.ssc.queueStream([[1], [2]]);
    numbers
      .transform(() => {
        throw new Error('no transformation today');
      })
      .pprint();
    const seen = b.collect(numbers);
    b.ssc.start();
    await b.pass(2);
    expect(seen).toEqual([[1], [2]]);
    const failures = b.eventsOf('output-completed').map((event) => event.failure?.message ?? null);
    expect(failures).toEqual(['no transformation today', null, 'no transformation today', null]);
  });
});

describe('listeners and events', () => {
  it('tell the story of a batch in order', async () => {
    const b = open();
    class Story extends StreamingListener {
      readonly log: string[] = [];
      override onStreamingStarted(): void {
        this.log.push('started');
      }
      override onBatchSubmitted(e: { batchInfo: { numRecords: number } }): void {
        this.log.push(`submitted ${e.batchInfo.numRecords}`);
      }
      override onBatchStarted(e: { batchInfo: { schedulingDelay: number | null } }): void {
        this.log.push(`batch ${e.batchInfo.schedulingDelay}`);
      }
      override onOutputOperationStarted(e: { outputOperationInfo: { name: string } }): void {
        this.log.push(`${e.outputOperationInfo.name} begins`);
      }
      override onOutputOperationCompleted(e: { outputOperationInfo: { id: number } }): void {
        this.log.push(`output ${e.outputOperationInfo.id} ends`);
      }
      override onBatchCompleted(e: { batchInfo: { totalDelay: number | null } }): void {
        this.log.push(`completed ${e.batchInfo.totalDelay}`);
      }
    }
    const story = new Story();
    b.ssc.addStreamingListener(story);
    b.collect(b.ssc.queueStream([[1, 2, 3]]));
    b.ssc.start();
    await b.pass(1);
    expect(story.log).toEqual([
      'started',
      'submitted 3',
      'batch 0',
      'foreachRDD begins',
      'output 0 ends',
      'completed 0',
    ]);
  });

  it('count the delay of a batch that has to wait', async () => {
    const b = open();
    let release = (): void => {};
    b.ssc.queueStream([[1], [2]]).foreachRDD(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    b.ssc.start();
    b.clock.advance(1000);
    while (b.eventsOf('output-started').length < 1) await turn();
    b.clock.advance(3000);
    release();
    while (b.eventsOf('output-started').length < 2) await turn();
    const delays = b.eventsOf('batch-started').map((event) => event.schedulingDelayMs);
    expect(delays).toEqual([0, 2000]);
    const done = b.eventsOf('batch-completed').map((event) => event.processingTimeMs);
    expect(done).toEqual([3000]);
    const finish = setInterval(() => release(), 1);
    await b.ssc.whenIdle();
    clearInterval(finish);
  });

  it('do not fail a batch when a listener throws', async () => {
    const b = open();
    const warnings: string[] = [];
    const warn = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', warn);
    class Broken extends StreamingListener {
      override onBatchStarted(): void {
        throw new Error('a broken listener');
      }
    }
    b.ssc.addStreamingListener(new Broken());
    const seen = b.collect(b.ssc.queueStream([[1]]));
    b.ssc.start();
    await b.pass(1);
    await turn();
    process.off('warning', warn);
    expect(seen).toEqual([[1]]);
    expect(warnings).toEqual(['a broken listener']);
  });
});

describe('slice', () => {
  it('gives the RDDs between two times, as far back as is remembered', async () => {
    const b = open();
    b.ssc.remember(3);
    const stream = b.ssc.queueStream([[1], [2], [3], [4], [5]]);
    b.collect(stream);
    b.ssc.start();
    await b.pass(5);
    const at = (second: number): Date => new Date(START_MS + second * 1000);
    const contents = async (from: number, to: number): Promise<number[][]> => {
      const rdds = await stream.slice(at(from), at(to));
      return Promise.all(rdds.map((rdd) => rdd.collect()));
    };
    expect(await contents(4, 5)).toEqual([[4], [5]]);
    expect(await contents(0, 9)).toEqual([[3], [4], [5]]);
  });
});

// The last one: it stops the context of the others.
describe('a SparkContext that is stopped', () => {
  it('ends its streams without a failed batch, and they cannot be started again', async () => {
    const sc = open().sc;
    await sc.stop();
    const own = new SparkContext(new SparkConf().setMaster('local[1]').setAppName('ends'));
    const b = new Bench(own, { isPreloaded: true });
    const seen = b.collect(b.ssc.queueStream([[1], [2]]));
    b.ssc.start();
    await b.pass(1);
    const ended = b.ssc.awaitTermination();
    await own.stop();
    await b.pass(3);
    await ended;
    expect(seen).toEqual([[1]]);
    expect(b.eventsOf('batch-completed').map((event) => event.failure)).toEqual([null]);
    expect(b.eventsOf('streaming-stopped')).toHaveLength(1);
    expect(() => b.ssc.start()).toThrow('[CONTEXT-103]');
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
