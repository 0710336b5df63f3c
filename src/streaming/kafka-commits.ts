// Commits to Kafka what a group has processed, so that its lag shows there and another stream can go on.
// Driver only. One commit at a time; of those that wait only the newest is made.
import { describeKafkaError } from '../io/kafka/kafka-client.js';
import { KafkaCluster } from '../io/kafka/kafka-cluster.js';
import type { KafkaSettings } from '../io/kafka/kafka-settings.js';
import type { KafkaPosition } from './kafka-positions.js';

export class GroupCommits {
  readonly #groupId: string;
  readonly #settings: KafkaSettings;
  #wanted: KafkaPosition | null = null;
  #working: Promise<void> | null = null;
  #hasFailed = false;

  constructor(groupId: string, settings: KafkaSettings) {
    this.#groupId = groupId;
    this.#settings = settings;
  }

  /** Commits in the background; that it cannot is told once until it works again. */
  commit(position: KafkaPosition, tell: (text: string) => void): void {
    this.#wanted = position;
    this.#working ??= this.#work(tell).finally(() => {
      this.#working = null;
    });
  }

  async #work(tell: (text: string) => void): Promise<void> {
    // A connection of its own: the source's is closed first when streams end.
    const cluster = await KafkaCluster.open(this.#settings);
    try {
      for (let position = this.#take(); position !== null; position = this.#take()) {
        await cluster.commit(
          this.#groupId,
          position.map(([topic, partition, offset]) => ({ topic, partition, offset })),
        );
        this.#hasFailed = false;
      }
    } catch (error) {
      if (!this.#hasFailed) {
        tell(
          `Offsets of the group '${this.#groupId}' could not be committed: ${describeKafkaError(error)}. ` +
            'The next batch tries again.',
        );
      }
      this.#hasFailed = true;
    } finally {
      await cluster.close().catch(() => {});
    }
  }

  #take(): KafkaPosition | null {
    const position = this.#wanted;
    this.#wanted = null;
    return position;
  }
}
