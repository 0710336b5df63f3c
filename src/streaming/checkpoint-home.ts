// Where a context's checkpoint is: the folder, what was found in it, and who writes it anew. Driver only.
import { CheckpointFolder, streamingFolder } from './checkpoint-folder.js';
import { Checkpointer, type CheckpointerOptions } from './checkpointer.js';
import { batchTimeText } from './duration.js';
import {
  applyCheckpoint,
  type LoadedCheckpoint,
  loadCheckpoint,
  type Recovery,
} from './recovery.js';
import type { StreamNode } from './stream-node.js';

export class CheckpointHome {
  #path: string | null = null;
  #folder: CheckpointFolder | null = null;
  /** A checkpoint to begin with. */
  #loaded: LoadedCheckpoint | null = null;

  get isSet(): boolean {
    return this.#path !== null;
  }

  set(directory: string): void {
    this.#path = directory;
    this.#folder = null;
  }

  /** Reads what the folder holds, for the next start. */
  load(directory: string): void {
    this.#loaded = loadCheckpoint(streamingFolder(directory));
  }

  /** Writes checkpoints of a run; null without a folder. */
  checkpointer(options: Omit<CheckpointerOptions, 'folder'>): Checkpointer | null {
    if (this.#path === null) return null;
    this.#folder ??= new CheckpointFolder(streamingFolder(this.#path));
    return new Checkpointer({ ...options, folder: this.#folder });
  }

  /** Lays what was loaded over the streams there are; null if there was nothing. */
  recover(
    roots: readonly StreamNode[],
    settings: {
      readonly batchMs: number;
      readonly reset: readonly string[];
      tell(text: string): void;
    },
  ): Recovery | null {
    if (this.#loaded === null) return null;
    const recovery = applyCheckpoint(this.#loaded, roots, settings);
    this.#folder = this.#loaded.folder;
    this.#loaded = null;
    const { states, timeMs, pending } = recovery;
    settings.tell(
      `Going on from the checkpoint of ${batchTimeText(timeMs)}: ${states.size} states, ` +
        `${pending.length} batches to process again.`,
    );
    return recovery;
  }
}
