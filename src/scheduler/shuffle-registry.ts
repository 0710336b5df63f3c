// Which map outputs of which shuffles exist, and who is making the missing ones. Driver only.
import type { SegmentedBlock } from '../blocks/block.js';
import type { DiskSegments } from '../blocks/stored.js';
import type { BlockStore } from '../blocks/store.js';
import { LostDataError } from '../errors.js';
import type { ShuffleOutputs } from '../plan/stage.js';
import { BlockLostSignal } from './task-set.js';

interface ShuffleState {
  readonly mapPartitions: number;
  readonly done: boolean[];
  /** Grows whenever an output changes place, so that workers are told again. */
  version: number;
  making: Promise<void> | null;
  /** The stage that made it last; -1 before. */
  stageId: number;
}

export class ShuffleRegistry {
  readonly #states = new Map<number, ShuffleState>();
  readonly #store: BlockStore;

  constructor(store: BlockStore) {
    this.#store = store;
  }

  get size(): number {
    return this.#states.size;
  }

  state(id: number, mapPartitions: number): ShuffleState {
    let state = this.#states.get(id);
    if (state === undefined) {
      state = {
        mapPartitions,
        done: new Array<boolean>(mapPartitions).fill(false),
        version: 0,
        making: null,
        stageId: -1,
      };
      this.#states.set(id, state);
    }
    return state;
  }

  /** Map partitions whose output is not there. */
  missing(id: number, mapPartitions: number): number[] {
    const { done } = this.state(id, mapPartitions);
    const lost: number[] = [];
    for (let map = 0; map < mapPartitions; map++) {
      if (!done[map] || !this.#store.has(key(id, map))) lost.push(map);
    }
    return lost;
  }

  /** Whether every output is there. */
  isWhole(id: number): boolean {
    const state = this.#states.get(id);
    return state !== undefined && this.missing(id, state.mapPartitions).length === 0;
  }

  /** Takes over an output; `spilled` are files of what came before it. */
  put(
    id: number,
    map: number,
    { block, spilled = [] }: { block: SegmentedBlock; spilled?: readonly DiskSegments[] },
  ): void {
    const state = this.#states.get(id);
    if (state === undefined) return;
    if (state.done[map]) this.#store.remove(key(id, map));
    this.#store.putSegments(key(id, map), block, spilled);
    state.done[map] = true;
    state.version++;
  }

  /** Where the outputs are now, for the readers. Throws BlockLostSignal where one is gone. */
  outputs(id: number): ShuffleOutputs {
    const { mapPartitions } = this.#states.get(id)!;
    const outputs = Array.from({ length: mapPartitions }, (_, map) => {
      const output = this.#store.getSegments(key(id, map));
      if (output !== undefined) return output;
      const text = `map output ${map} of shuffle ${id} is gone`;
      throw new BlockLostSignal(new LostDataError('LOST-503', text, { retriable: true }));
    });
    return { shuffleId: id, outputs };
  }

  /** Bytes of the outputs that are in memory; more than there can be where one is not. */
  sizeBytes(id: number): number {
    const { mapPartitions } = this.#states.get(id)!;
    let sum = 0;
    for (let map = 0; map < mapPartitions; map++) {
      const output = this.#store.getSegments(key(id, map));
      if (output?.kind !== 'memory') return Number.POSITIVE_INFINITY;
      sum += output.block.byteLength;
    }
    return sum;
  }

  /** The store moved an output to disk or lost it: readers must not look for it where it was. */
  moved(storeKey: string): void {
    const [kind, id] = storeKey.split(':');
    const state = kind === 'shuffle' ? this.#states.get(Number(id)) : undefined;
    if (state !== undefined) state.version++;
  }

  version(id: number): number {
    return this.#states.get(id)?.version ?? -1;
  }

  keysOf(id: number): string[] {
    const state = this.#states.get(id);
    return state === undefined ? [] : state.done.map((_, map) => key(id, map));
  }

  /** Keeps the outputs where they are while a stage reads them. */
  pin(id: number): () => void {
    const pinned = this.keysOf(id).filter((each) => this.#store.has(each));
    for (const each of pinned) this.#store.pin(each);
    return () => {
      for (const each of pinned) this.#store.unpin(each);
    };
  }

  remove(id: number): void {
    for (const each of this.keysOf(id)) this.#store.remove(each);
    this.#states.delete(id);
  }
}

function key(id: number, map: number): string {
  return `shuffle:${id}:${map}`;
}
