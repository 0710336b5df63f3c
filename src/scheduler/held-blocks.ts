// Blocks that came from outside, in the block store until they are released. Driver only.
import type { Block, StoredBlock } from '../blocks/block.js';
import type { BlockStore } from '../blocks/store.js';
import type { HeldBlock, HoldPolicy } from './backend.js';

export class HeldBlocks {
  readonly #store: BlockStore;
  readonly #storedByKey = new Map<string, StoredBlock>();
  #next = 0;

  constructor(store: BlockStore) {
    this.#store = store;
  }

  /** Keeps a block. Throws LostDataError BLOCK-501 where it has to go to disk and cannot. */
  hold(block: Block, policy: HoldPolicy): HeldBlock {
    const key = `held:${this.#next++}`;
    const stored: StoredBlock = { kind: 'memory', block };
    this.#storedByKey.set(key, stored);
    const release = (): void => {
      if (!this.#storedByKey.delete(key)) return;
      this.#store.unpin(key);
      this.#store.remove(key);
    };
    try {
      this.#store.put(key, block, policy === 'disk' ? 'disk' : 'spill');
    } catch (error) {
      release();
      throw error;
    }
    if (policy === 'stay') this.#store.pin(key);
    this.moved(key);
    return { stored, release };
  }

  /** The store moved a block: lineage that reads it must not keep its memory alive. */
  moved(key: string): void {
    const stored = this.#storedByKey.get(key);
    const now = stored === undefined ? undefined : this.#store.get(key);
    if (stored !== undefined && now !== undefined) Object.assign(stored, now);
  }
}
