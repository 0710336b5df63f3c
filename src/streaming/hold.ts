// Where received blocks are kept: with the engine's other blocks, under one budget. Driver only.
import type { Block } from '../blocks/block.js';
import type { SparkContext } from '../context.js';
import { LostDataError } from '../errors.js';
import type { HeldBlock, HoldPolicy } from '../scheduler/backend.js';
import type { StorageLevel } from '../storage-level.js';
import { engineOf } from './handles.js';

/**
 * A function that keeps blocks at a storage level: without disk they stay in memory, and it is the sender that
 * has to wait. Received data is never dropped, so a full disk leaves it in memory too.
 */
export function holder(sc: SparkContext, level: StorageLevel): (block: Block) => HeldBlock {
  const policy: HoldPolicy = !level.useDisk ? 'stay' : level.useMemory ? 'spill' : 'disk';
  let isDiskFull = false;
  return (block) => {
    const { backend } = engineOf(sc);
    try {
      const held = backend.hold?.(block, policy) ?? inMemory(block);
      isDiskFull = false;
      return held;
    } catch (error) {
      if (!(error instanceof LostDataError)) throw error;
      if (!isDiskFull) {
        sc.events.emit({
          kind: 'notice',
          text: `Received data stays in memory: ${error.message}`,
        });
      }
      isDiskFull = true;
      return inMemory(block);
    }
  };
}

function inMemory(block: Block): HeldBlock {
  return { stored: { kind: 'memory', block }, release: () => {} };
}
