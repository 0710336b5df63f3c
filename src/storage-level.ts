// Where a persisted RDD is kept. Same flags and text as PySpark's StorageLevel.

/**
 * How the partitions of a persisted RDD are kept.
 *
 * **Source** `pyspark.StorageLevel` 4.3; replicas are recorded but one machine keeps one copy.
 */
export class StorageLevel {
  static readonly NONE = new StorageLevel(false, false, false, false);
  static readonly DISK_ONLY = new StorageLevel(true, false, false, false);
  static readonly DISK_ONLY_2 = new StorageLevel(true, false, false, false, 2);
  static readonly DISK_ONLY_3 = new StorageLevel(true, false, false, false, 3);
  static readonly MEMORY_ONLY = new StorageLevel(false, true, false, false);
  static readonly MEMORY_ONLY_2 = new StorageLevel(false, true, false, false, 2);
  static readonly MEMORY_AND_DISK = new StorageLevel(true, true, false, false);
  static readonly MEMORY_AND_DISK_2 = new StorageLevel(true, true, false, false, 2);
  static readonly MEMORY_AND_DISK_DESER = new StorageLevel(true, true, false, true);
  static readonly OFF_HEAP = new StorageLevel(true, true, true, false, 1);

  constructor(
    readonly useDisk: boolean,
    readonly useMemory: boolean,
    readonly useOffHeap: boolean,
    readonly deserialized: boolean,
    readonly replication = 1,
  ) {}

  /** Whether anything is kept at all. */
  get isStored(): boolean {
    return this.useDisk || this.useMemory;
  }

  /** Whether both levels keep partitions in the same way. */
  equals(other: StorageLevel): boolean {
    return (
      this.useDisk === other.useDisk &&
      this.useMemory === other.useMemory &&
      this.useOffHeap === other.useOffHeap &&
      this.deserialized === other.deserialized &&
      this.replication === other.replication
    );
  }

  toString(): string {
    const words = [
      this.useDisk ? 'Disk ' : '',
      this.useMemory ? 'Memory ' : '',
      this.useOffHeap ? 'OffHeap ' : '',
      this.deserialized ? 'Deserialized ' : 'Serialized ',
    ].join('');
    return `${words}${this.replication}x Replicated`;
  }
}
