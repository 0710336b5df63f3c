// What the shell needs of the engine beyond its events; `engine.ts` makes the real one, tests a fake one.
import type { EventBus } from '../events.js';
import type { BatchFrame } from './batch-lines.js';
import type { CachedRdd } from '../scheduler/plan-description.js';
import type { SavedSettings } from './saved-text.js';
import type { StreamsRow } from './print/streams-text.js';

export interface ShellEngine {
  readonly events: EventBus;
  /** Cancels the actions that the jobs belong to; of one that is being cancelled already, ends the workers. */
  cancelJobs(ids: readonly number[], reason: string): void;
  /** A number that no job has or will have. */
  takeJobNumber(): number;
  /** What a program needs to make the same contexts. */
  readonly settings: SavedSettings;
  cached(): Promise<readonly CachedRdd[]>;
  streams(): readonly StreamsRow[];
  closeStream(id: string): string | null;
  /** Takes over what streams print. */
  printFrames(print: (frame: BatchFrame) => void): void;
  stop(): Promise<void>;
}
