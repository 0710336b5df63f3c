// Kafka as a source of batches, without a receiver: at the edge of a batch it is decided which offsets belong to
// it, and the tasks read them. The same batch always holds the same offsets. Main thread only.
import type { SparkContext } from '../context.js';
import { UsageError } from '../errors.js';
import { brokersText, describeKafkaError } from '../io/kafka/kafka-client.js';
import { KafkaCluster } from '../io/kafka/kafka-cluster.js';
import type { KafkaRecord, OffsetRange } from '../io/kafka/kafka-settings.js';
import type { RDD } from '../rdd/rdd.js';
import type { InputRun, InputSource, RecoveredInput } from './input.js';
import { GroupCommits } from './kafka-commits.js';
import type { KafkaPlan } from './kafka-options.js';
import { type KafkaPosition, NextOffsets } from './kafka-positions.js';
import { rddOfRanges } from './kafka-ranges.js';
import { Outages } from './outages.js';

/** What a checkpoint says of a batch. */
interface KafkaBatch {
  readonly ranges: readonly OffsetRange[];
}

export interface KafkaSourceOptions {
  readonly sc: SparkContext;
  readonly plan: KafkaPlan;
  readonly batchMs: number;
}

export class KafkaSource implements InputSource {
  readonly text: string;
  readonly #options: KafkaSourceOptions;
  readonly #commits: GroupCommits | null;
  #next = new NextOffsets();
  #run: InputRun | null = null;
  #outages: Outages | null = null;
  /** Open while the brokers answer. */
  #cluster: KafkaCluster | null = null;
  /** Batches take their offsets one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #batches = new Map<number, Promise<readonly OffsetRange[]>>();
  /** Where each batch ends. */
  readonly #positions = new Map<number, KafkaPosition>();
  /** Where the first of them begins. */
  #before: KafkaPosition | undefined;
  /** Up to here batches hold what was recovered, or nothing. */
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(options: KafkaSourceOptions) {
    this.#options = options;
    const { reading, topics, groupId } = options.plan;
    this.text = `kafkaStream('${topics.join(',')}' at ${brokersText(reading.brokers)})`;
    this.#commits = groupId === null ? null : new GroupCommits(groupId, reading);
  }

  start(run: InputRun): void {
    this.#run = run;
    this.#outages = new Outages(run, this.text);
    void this.#connect(this.#outages);
  }

  /** How many there are is known when the brokers have said where the topics end. */
  allocate(timeMs: number): null {
    // The bound of this batch; it is another when the brokers have replied.
    const limit = this.#run?.rate.recordsPerBatch ?? Number.POSITIVE_INFINITY;
    const ranges = this.#last.then(() => this.#take(timeMs, limit));
    this.#last = ranges;
    this.#batches.set(timeMs, ranges);
    return null;
  }

  async recordsAt(timeMs: number): Promise<number | null> {
    const ranges = await this.#batches.get(timeMs);
    return ranges?.reduce((sum, range) => sum + range.untilOffset - range.fromOffset, 0) ?? null;
  }

  async rddAt(timeMs: number): Promise<RDD<KafkaRecord<unknown, unknown>> | null> {
    const ranges = await this.#batches.get(timeMs);
    const { sc, plan } = this.#options;
    return ranges === undefined ? null : rddOfRanges(sc, plan.reading, ranges);
  }

  async describe(timeMs: number): Promise<KafkaBatch | undefined> {
    const ranges = await this.#batches.get(timeMs);
    return ranges === undefined ? undefined : { ranges };
  }

  /** The end of that batch, or of the last before it that had offsets. */
  position(timeMs: number): KafkaPosition | undefined {
    const times = [...this.#positions.keys()].filter((time) => time <= timeMs);
    return times.length === 0 ? this.#before : this.#positions.get(Math.max(...times));
  }

  recover({ position, ranges, checkpointMs, untilMs }: RecoveredInput): void {
    this.#before = position as KafkaPosition | undefined;
    this.#next = new NextOffsets(this.#before);
    for (const timeMs of [...ranges.keys()].sort((a, b) => a - b)) {
      const batch = (ranges.get(timeMs) as KafkaBatch).ranges;
      this.#batches.set(timeMs, Promise.resolve(batch));
      if (timeMs > checkpointMs) this.#next.moveTo(batch);
      this.#positions.set(timeMs, this.#next.position);
    }
    this.#untilMs = untilMs;
  }

  processed(timeMs: number): void {
    const position = this.#positions.get(timeMs);
    if (position === undefined) return;
    this.#commits?.commit(position, (text) => this.#run?.emit({ kind: 'notice', text }));
  }

  forget(timeMs: number): void {
    this.#before = this.position(timeMs);
    for (const map of [this.#batches, this.#positions]) {
      for (const time of [...map.keys()]) if (time <= timeMs) map.delete(time);
    }
  }

  /** What is in the topic and in no batch is there for the next start. */
  hasPending(): boolean {
    return false;
  }

  stop(): void {
    this.#outages?.stop();
    this.#outages = null;
    this.#close();
  }

  /** Never holds up a batch: until there is a cluster batches are empty. */
  async #connect(outages: Outages): Promise<void> {
    const { reading } = this.#options.plan;
    let cluster: KafkaCluster | null = null;
    try {
      cluster = await KafkaCluster.open(reading);
      await this.#begin(cluster);
      // Stopped meanwhile.
      if (outages.isStopped) return close(cluster);
      this.#cluster = cluster;
      outages.began();
      outages.isBack(`${brokersText(reading.brokers)} answers again`);
    } catch (error) {
      close(cluster);
      this.#lost(outages, error);
    }
  }

  /** Finds where partitions begin that have no place yet, and looks whether the others still are where they were. */
  async #begin(cluster: KafkaCluster): Promise<void> {
    const { topics, starting, groupId, reading } = this.#options.plan;
    const earliest = await cluster.offsets(topics, 'earliest');
    const latest = await cluster.offsets(topics, 'latest');
    if (this.#next.lacksAny(topics)) {
      const committed = groupId === null ? [] : await cluster.committed(groupId, topics);
      const place = starting instanceof Date ? starting.getTime() : starting;
      if (typeof place === 'object') this.#next.begin(topics, [...committed, ...listOf(place)]);
      const others =
        place === 'latest'
          ? latest
          : typeof place === 'number'
            ? await cluster.offsets(topics, place)
            : earliest;
      this.#next.begin(topics, [...committed, ...others]);
    }
    this.#next.add(earliest);
    const notice = this.#next.keepWithin(earliest, latest, reading.offsetReset);
    if (notice !== null) this.#run?.emit({ kind: 'notice', text: `${this.text}: ${notice}` });
  }

  /** The offsets of a batch: nothing while the brokers do not answer. */
  async #take(timeMs: number, limit: number): Promise<readonly OffsetRange[]> {
    const outages = this.#outages;
    const cluster = this.#cluster;
    let ranges: readonly OffsetRange[] = [];
    if (cluster !== null && outages !== null && timeMs > this.#untilMs) {
      try {
        ranges = await this.#newRanges(cluster, limit);
        this.#next.moveTo(ranges);
      } catch (error) {
        this.#lost(outages, error);
      }
    }
    if (!this.#next.isEmpty) this.#positions.set(timeMs, this.#next.position);
    return ranges;
  }

  async #newRanges(cluster: KafkaCluster, limit: number): Promise<readonly OffsetRange[]> {
    const { plan, batchMs } = this.#options;
    const latest = await cluster.offsets(plan.topics, 'latest');
    // A partition that was added begins with its first record; an end before our place is another topic.
    if (this.#next.isUnknownTo(latest)) await this.#begin(cluster);
    const perPartition =
      plan.maxRate === null
        ? Number.POSITIVE_INFINITY
        : Math.max(1, Math.floor((plan.maxRate * batchMs) / 1000));
    return this.#next.rangesTo(latest, { perPartition, total: limit });
  }

  #lost(outages: Outages, error: unknown): void {
    this.#close();
    const { brokers } = this.#options.plan.reading;
    if (error instanceof UsageError) {
      // Another trouble than a broker that is away: the user has to do something about it.
      const message = `${withoutCode(error.message)} Looking again, with growing pauses.`;
      outages.failed(message, () => void this.#connect(outages), message);
      return;
    }
    outages.failed(
      `cannot read from Kafka at ${brokersText(brokers)}: ${describeKafkaError(error)}. ` +
        'Trying again, with growing pauses, until it answers.',
      () => void this.#connect(outages),
    );
  }

  #close(): void {
    close(this.#cluster);
    this.#cluster = null;
  }
}

function close(cluster: KafkaCluster | null): void {
  // What fails on the way out has been told, or is of no interest any more.
  cluster?.close().catch(() => {});
}

function withoutCode(message: string): string {
  return message.replace(/^\[[A-Z]+-\d+\] /, '');
}

function listOf(offsets: Readonly<Record<string, Readonly<Record<number, number>>>>) {
  return Object.entries(offsets).flatMap(([topic, partitions]) =>
    Object.entries(partitions).map(([partition, offset]) => ({
      topic,
      partition: Number(partition),
      offset,
    })),
  );
}
