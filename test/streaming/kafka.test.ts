// Kafka streams against a real broker on loopback, in virtual time but for what the broker needs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { ManualClock } from '#dist/streaming/clock.js';
import { StreamingContext } from '#dist/streaming/context.js';
import type { KafkaStreamOptions } from '#dist/streaming/kafka-options.js';
import { offsetRanges } from '#dist/streaming/kafka-ranges.js';
import { startSample } from '../samples/run-sample.js';
import { type Bench, START_MS, useBench } from './bench.js';
import { kafkaProblem, startConnected, until, useCluster } from './kafka-bench.js';
import { dist, expectExactly, kafkaSource, killRun } from './kill-run.js';

const title =
  kafkaProblem === null ? 'a Kafka stream' : `a Kafka stream (left out: ${kafkaProblem})`;

describe.skipIf(kafkaProblem !== null)(title, () => {
  const cluster = useCluster();
  const open = useBench();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tspark-kafka-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a topic holds, batch by batch. */
  function values(b: Bench, topics: string, options: Partial<KafkaStreamOptions> = {}) {
    const brokers = cluster().address;
    const stream = b.ssc.kafkaStream({
      brokers,
      topics,
      startingOffsets: 'earliest',
      ...options,
    });
    return b.collect(stream.map((record) => record.value));
  }

  function notices(b: Bench): string[] {
    return b.eventsOf('notice').map(({ text }) => text);
  }

  function errors(b: Bench): (string | null)[] {
    return b.eventsOf('receiver-error').map(({ message }) => message);
  }

  it('gives records with their key, time, headers, offset and partition', async () => {
    const b = open();
    const topic = await cluster().topic(2);
    await cluster().send(topic, [
      { key: 'k', value: 'ä', headers: { from: 'me' }, timestamp: 1_700_000_000_000n },
      { value: 'b', partition: 1, timestamp: 1_700_000_000_001n },
    ]);
    const seen = b.collect(
      b.ssc.kafkaStream({
        brokers: cluster().address,
        topics: topic,
        startingOffsets: 'earliest',
      }),
    );
    await startConnected(b);
    await b.pass(2);
    const common = { topic, offset: 0 };
    expect(seen).toEqual([
      [
        {
          ...common,
          partition: 0,
          timestamp: 1_700_000_000_000,
          key: 'k',
          value: 'ä',
          headers: [['from', 'me']],
        },
        {
          ...common,
          partition: 1,
          timestamp: 1_700_000_000_001,
          key: null,
          value: 'b',
          headers: [],
        },
      ],
      [],
    ]);
  });

  it('has a partition for each range of offsets, and tells them of any RDD made of it', async () => {
    const b = open();
    const topic = await cluster().topic(3);
    await cluster().send(topic, ['a', 'b', { value: 'c', partition: 2 }]);
    const seen: unknown[] = [];
    const stream = b.ssc.kafkaStream({
      brokers: [cluster().address],
      topics: [topic],
      startingOffsets: 'earliest',
    });
    stream
      .map((record): [string | null, number] => [record.value, 1])
      .reduceByKey((x, y) => x + y)
      .foreachRDD((rdd: RDD<unknown>) => void seen.push(offsetRanges(rdd)));
    stream.foreachRDD(async (rdd: RDD<unknown>) => void seen.push(await rdd.getNumPartitions()));
    await startConnected(b);
    await b.pass(1);
    expect(seen).toEqual([
      [
        { topic, partition: 0, fromOffset: 0, untilOffset: 2 },
        { topic, partition: 1, fromOffset: 0, untilOffset: 0 },
        { topic, partition: 2, fromOffset: 0, untilOffset: 1 },
      ],
      2,
    ]);
    expect(() => offsetRanges(b.sc.parallelize([1]))).toThrow(/an RDD that a Kafka stream made/);
  });

  it('begins at the end unless told otherwise', async () => {
    const b = open();
    const topic = await cluster().topic();
    await cluster().send(topic, ['old']);
    const stream = b.ssc.kafkaStream({ brokers: cluster().address, topics: topic });
    const seen = b.collect(stream.map((record) => record.value));
    await startConnected(b);
    await cluster().send(topic, ['new']);
    await b.pass(1);
    expect(seen).toEqual([['new']]);
  });

  it('begins at offsets or at a time', async () => {
    const b = open();
    const topic = await cluster().topic();
    await cluster().send(topic, [
      { value: 'a', timestamp: 1_700_000_000_000n },
      { value: 'b', timestamp: 1_700_000_001_000n },
      { value: 'c', timestamp: 1_700_000_002_000n },
    ]);
    const byOffset = values(b, topic, { startingOffsets: { [topic]: { 0: 2 } } });
    const byTime = values(b, topic, { startingOffsets: new Date(1_700_000_000_500) });
    const tooLate = values(b, topic, { startingOffsets: new Date(1_800_000_000_000) });
    await startConnected(b, 3);
    await b.pass(1);
    expect([byOffset, byTime, tooLate]).toEqual([[['c']], [['b', 'c']], [[]]]);
  });

  it('takes at most maxRatePerPartition records a second of a partition, and counts them', async () => {
    const b = open();
    const topic = await cluster().topic(2);
    await cluster().send(topic, ['a', 'b', 'c', 'd', 'e', { value: 'x', partition: 1 }]);
    const seen = values(b, topic, { maxRatePerPartition: 2 });
    await startConnected(b);
    await b.pass(4);
    expect(seen).toEqual([['a', 'b', 'x'], ['c', 'd'], ['e'], []]);
    expect(b.eventsOf('batch-completed').map(({ inputRecords }) => inputRecords)).toEqual([
      3, 2, 1, 0,
    ]);
  });

  it('reads what is compressed by gzip, snappy or lz4, from the middle of a batch on', async () => {
    const b = open();
    const topic = await cluster().topic();
    for (const codec of ['gzip', 'snappy', 'lz4']) {
      await cluster().send(topic, [`${codec} 1`, `${codec} 2`], codec);
    }
    const seen = values(b, topic, { startingOffsets: { [topic]: { 0: 1 } } });
    await startConnected(b);
    await b.pass(1);
    expect(seen).toEqual([['gzip 2', 'snappy 1', 'snappy 2', 'lz4 1', 'lz4 2']]);
  });

  it('is counted, and goes through functions of whole partitions', async () => {
    const b = open();
    const topic = await cluster().topic();
    await cluster().send(topic, ['a', 'b', 'a']);
    const stream = b.ssc
      .kafkaStream({ brokers: cluster().address, topics: topic, startingOffsets: 'earliest' })
      .map((record) => record.value);
    const counts = b.collect(stream.count());
    const values = b.collect(stream.countByValue(), true);
    const joined = b.collect(
      stream.mapPartitions(function* (records) {
        let text = '';
        for (const record of records) text += record;
        yield text;
      }),
    );
    await startConnected(b);
    await b.pass(1);
    expect(counts).toEqual([[3]]);
    expect(values).toEqual([
      [
        ['a', 2],
        ['b', 1],
      ],
    ]);
    expect(joined).toEqual([['aba']]);
  });

  it('gives keys and values as bytes where asked to', async () => {
    const b = open();
    const topic = await cluster().topic();
    await cluster().send(topic, [{ key: 'k', value: 'é' }]);
    const stream = b.ssc.kafkaStream({
      brokers: cluster().address,
      topics: topic,
      startingOffsets: 'earliest',
      keyFormat: 'bytes',
      valueFormat: 'bytes',
    });
    const seen = b.collect(stream.map(({ key, value }) => [[...key!], [...value!]]));
    await startConnected(b);
    await b.pass(1);
    expect(seen).toEqual([[[[107], [195, 169]]]]);
  });

  it('reads pages of more than a reply holds, in order', async () => {
    const b = open();
    const topic = await cluster().topic();
    const long = 'x'.repeat(300_000);
    for (let page = 0; page < 5; page++) {
      await cluster().send(topic, [`${page}a${long}`, `${page}b${long}`]);
    }
    const stream = b.ssc.kafkaStream({
      brokers: cluster().address,
      topics: topic,
      startingOffsets: 'earliest',
    });
    const seen = b.collect(stream.map(({ value }) => `${value!.slice(0, 2)} ${value!.length}`));
    await startConnected(b);
    await b.pass(1);
    expect(seen).toEqual([
      ['0a', '0b', '1a', '1b', '2a', '2b', '3a', '3b', '4a', '4b'].map((name) => `${name} 300002`),
    ]);
  });

  it('tells an unknown topic once, with the name that was meant, and reads it when it is there', async () => {
    const b = open();
    await cluster().make('failures');
    const seen = values(b, 'failure');
    b.ssc.start();
    await until(() => errors(b).length > 0, 'the topic is missed');
    await b.pass(3);
    expect(errors(b)).toEqual([
      `There is no topic 'failure' at ${cluster().address}. Did you mean 'failures'? Looking again, with growing pauses.`,
    ]);
    await cluster().make('failure');
    await cluster().send('failure', ['here']);
    await until(() => {
      b.clock.advance(1000);
      return b.eventsOf('receiver-started').length > 0;
    }, 'the topic is found');
    await b.pass(2);
    expect(seen.flat()).toEqual(['here']);
    expect(b.eventsOf('receiver-started').map(({ message }) => message)).toEqual([
      `${cluster().address} answers again`,
    ]);
  });

  it('refuses offsets that are not in the topic, or goes on where offsetReset says', async () => {
    const b = open();
    const topic = await cluster().topic();
    await cluster().send(topic, ['a', 'b']);
    const startingOffsets = { [topic]: { 0: 7 } };
    const refused = values(b, topic, { startingOffsets });
    const reset = values(b, topic, { startingOffsets, offsetReset: 'earliest' });
    await startConnected(b);
    await until(() => errors(b).length > 0, 'the offset is refused');
    await b.pass(1);
    expect([refused, reset]).toEqual([[[]], [['a', 'b']]]);
    expect(errors(b)).toEqual([
      `${topic}-0 is to be read from offset 7 on, but it holds 0 to 1: records were removed, or the topic was made ` +
        "anew. Set offsetReset: 'earliest' or 'latest' to go on there. Looking again, with growing pauses.",
    ]);
    expect(notices(b)).toEqual([
      `kafkaStream('${topic}' at ${cluster().address}): ${topic}-0 goes on at offset 0, as 7 is not there any more`,
    ]);
  });

  it('commits what a group has processed, and goes on there', async () => {
    const b = open();
    const topic = await cluster().topic();
    await cluster().send(topic, ['a', 'b']);
    const first = values(b, topic, { groupId: 'bank' });
    await startConnected(b);
    await b.pass(1);
    expect(first).toEqual([['a', 'b']]);
    const { KafkaCluster } = await import('#dist/io/kafka/kafka-cluster.js');
    const settings = { brokers: [cluster().address], clientId: 'test', ssl: null, sasl: null };
    const asked = await KafkaCluster.open({ ...settings, isCommittedOnly: false });
    let committed: unknown = [];
    const ask = async (): Promise<void> => {
      committed = await asked.committed('bank', [topic]).catch(() => []);
    };
    await until(() => {
      void ask();
      return JSON.stringify(committed) !== '[]';
    }, 'the group has committed');
    expect(committed).toEqual([{ topic, partition: 0, offset: 2 }]);
    await asked.close();
    await b.close();
    await cluster().send(topic, ['c']);
    const clock = new ManualClock(START_MS);
    const ssc = new StreamingContext(b.sc, 1, { clock });
    const second: (string | null)[][] = [];
    ssc
      .kafkaStream({
        brokers: cluster().address,
        topics: topic,
        groupId: 'bank',
        startingOffsets: 'earliest',
      })
      .foreachRDD(async (rdd: RDD<{ readonly value: string | null }>) => {
        second.push(await rdd.map((record) => record.value).collect());
      });
    ssc.start();
    await until(() => {
      clock.advance(1000);
      return second.flat().length > 0;
    }, 'the group goes on');
    await ssc.stop();
    expect(second.flat()).toEqual(['c']);
  });

  it('reads the very same offsets again after a crash, whatever has come since', async () => {
    const { sc } = open();
    const topic = await cluster().topic();
    await cluster().send(topic, ['a', 'b']);
    const begin = async (second: number) => {
      const clock = new ManualClock(START_MS + second * 1000);
      const seen: [number, unknown, readonly (string | null)[]][] = [];
      let isConnected = false;
      const stopListening = sc.events.listen((event) => {
        isConnected ||= event.kind === 'receiver-started';
      });
      const ssc = await StreamingContext.getOrCreate(folder, () => {
        const made = new StreamingContext(sc, 1, { clock });
        const stream = made.kafkaStream({
          brokers: cluster().address,
          topics: topic,
          startingOffsets: 'earliest',
        });
        stream.foreachRDD(async (time: Date, rdd: RDD<{ readonly value: string | null }>) => {
          const [range] = offsetRanges(rdd);
          const found = await rdd.map((record) => record.value).collect();
          seen.push([
            (time.getTime() - START_MS) / 1000,
            [range?.fromOffset, range?.untilOffset],
            found,
          ]);
        });
        return made;
      });
      ssc.start();
      await until(() => isConnected, 'the stream is connected');
      stopListening();
      const pass = async (): Promise<void> => {
        clock.advance(1000);
        await ssc.whenIdle();
      };
      return { ssc, seen, pass };
    };
    const first = await begin(0);
    await first.pass();
    await cluster().send(topic, ['c']);
    await first.pass();
    // No stop, so the checkpoint is that of the start: both batches are pending.
    await cluster().send(topic, ['d', 'e']);
    const second = await begin(60);
    await second.pass();
    expect(first.seen).toEqual([
      [1, [0, 2], ['a', 'b']],
      [2, [2, 3], ['c']],
    ]);
    expect(second.seen).toEqual([
      [1, [0, 2], ['a', 'b']],
      [2, [2, 3], ['c']],
      [61, [3, 5], ['d', 'e']],
    ]);
    await Promise.all([first.ssc.stop(), second.ssc.stop()]);
  });

  it('fails a batch whose records were removed before it was read', async () => {
    const b = open();
    const topic = await cluster().topic();
    await cluster().send(topic, ['a', 'b', 'c']);
    const seen = values(b, topic);
    const reset = values(b, topic, { offsetReset: 'earliest' });
    await startConnected(b, 2);
    const { Admin } = await import('@platformatic/kafka');
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [cluster().address] });
    // The stream has found its place; these go before the first batch is read.
    await admin.deleteRecords({
      topics: [{ name: topic, partitions: [{ partition: 0, offset: 2n }] }],
    });
    await admin.close();
    await b.pass(1);
    expect(seen).toEqual([]);
    expect(reset).toEqual([['c']]);
    const [failed] = b.eventsOf('batch-completed');
    expect(failed?.failure?.message).toMatch(
      `[STREAM-109] Offsets 0 to 2 of ${topic}-0 are to be read, but they are not in the topic: what it keeps is ` +
        "limited, or it was made anew. It begins at offset 2 now. Set offsetReset: 'earliest'",
    );
  });

  it('counts every record once in a program that is killed, and repeats batches only with the same offsets', async () => {
    const open = () => kafkaSource(cluster().address);
    // Three lives of six hundred records with each word once.
    expectExactly(await killRun({ dist, kills: 2, seed: 20261128, open }), 1800);
  }, 180_000);

  it('is what the sample of error tracking reads, with its offsets', async () => {
    const topic = await cluster().topic(2);
    const line = (level: string, component: string) =>
      `2026-11-28 10:00:00,123 ${level} org.apache.hadoop.${component}: what happened`;
    await cluster().send(topic, [
      line('ERROR', 'hdfs.DataNode'),
      line('INFO', 'hdfs.DataNode'),
      line('ERROR', 'hdfs.DataNode'),
      { value: line('ERROR', 'yarn.NodeManager'), partition: 1 },
    ]);
    const totals = /worst so far: org.apache.hadoop.hdfs.DataNode 2, org.*NodeManager 1/;
    const args = [cluster().address, topic, '100'];
    const run = await startSample('kafka-errors.ts', args, totals);
    expect(run.stderr).toBe('');
    expect(run.stdout).toContain(`offsets ${topic}-0 0 to 2, ${topic}-1 0 to 0\n`);
    expect(run.stdout).toContain("[ 'org.apache.hadoop.hdfs.DataNode', 2 ]\n");
    expect(run.stdout).toMatch(totals);
  }, 130_000);

  it('outlives a broker that is killed: told once, nothing lost, nothing twice', async () => {
    const b = open();
    const topic = await cluster().topic();
    b.ssc.checkpoint(folder);
    const stream = b.ssc.kafkaStream({
      brokers: cluster().address,
      topics: topic,
      startingOffsets: 'earliest',
    });
    const totals = b.collect(
      stream
        .map((record): [string, number] => [record.value ?? '', 1])
        .updateStateByKey((ones: number[], sum: number | null) => ones.length + (sum ?? 0)),
      true,
    );
    await startConnected(b);
    await cluster().send(topic, ['a', 'b', 'a']);
    await b.pass(1);
    await cluster().kill();
    await b.pass(3);
    // The reason depends on the instant: the connection closed, nobody listens.
    const outage = `cannot read from Kafka at ${cluster().address}: `;
    expect(errors(b).map((text) => text?.startsWith(outage))).toEqual([true]);
    await cluster().start();
    await cluster().send(topic, ['a', 'c']);
    await until(() => {
      b.clock.advance(1000);
      return b.eventsOf('receiver-started').length > 1;
    }, 'the broker is back');
    await b.pass(2);
    expect(totals.at(-1)).toEqual([
      ['a', 3],
      ['b', 1],
      ['c', 1],
    ]);
    expect(errors(b)).toHaveLength(1);
  }, 120_000);
});

describe('kafkaStream', () => {
  const open = useBench();

  it.each([
    [{}, /kafkaStream needs brokers, one or several, not undefined/],
    [{ brokers: 'localhost' }, /brokers as 'host:port', not 'localhost'/],
    [{ brokers: 'localhost:99999' }, /brokers as 'host:port'/],
    [{ topics: [] }, /kafkaStream needs topics, one or several/],
    [{ topics: 'a b' }, /names of topics \(letters/],
    [{ topic: 'a' }, /kafkaStream has no option topic\. Did you mean topics\?/],
    [{ startingOffsets: 'begin' }, /startingOffsets as 'earliest', 'latest', a Date or offsets/],
    [{ startingOffsets: { b: { 0: 1 } } }, /startingOffsets of its own topics, not 'b'/],
    [{ offsetReset: 'error' }, /offsetReset to be one of none, earliest, latest, not error/],
    [{ maxRatePerPartition: -1 }, /maxRatePerPartition to be a number from 0, not -1/],
    [{ valueFormat: 'json' }, /valueFormat to be one of string, bytes, not json/],
    [{ sasl: { mechanism: 'PLAIN', username: 'u' } }, /a text as sasl\.password/],
  ])('refuses %j', (wrong, message) => {
    const right = 'brokers' in wrong || Object.keys(wrong).length === 0 ? {} : { brokers: 'a:1' };
    const options = { topics: 'a', ...right, ...wrong } as never;
    expect(() => open().ssc.kafkaStream(options)).toThrow(message);
  });

  it('tells once that nobody listens, and the batches go on', async () => {
    const b = open();
    // Port 1 is nobody's.
    const seen = b.collect(b.ssc.kafkaStream({ brokers: '127.0.0.1:1', topics: 'a' }));
    b.ssc.start();
    await until(() => b.eventsOf('receiver-error').length > 0, 'it is told');
    await b.pass(4);
    expect(seen).toEqual([[], [], [], []]);
    expect(b.eventsOf('receiver-error').map(({ message }) => message)).toEqual([
      'cannot read from Kafka at 127.0.0.1:1: nobody listens there. Trying again, with growing pauses, until it answers.',
    ]);
  });
});
