// The snapshot that the language process starts from: where it lies, and how Node is started with it. Made by
// scripts/build-language-snapshot.mjs; main thread.
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fileAt = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** No other version of Node takes it. */
export const SNAPSHOT = fileAt(`../../language-${process.version}.blob`);
/** Options that V8 wants to be the same when a snapshot is made and taken: a heap that is large is not collected at once. */
export const SNAPSHOT_FLAGS: readonly string[] = [
  '--initial-old-space-size=192',
  '--min-semi-space-size=16',
];
/** Written by every build: an older snapshot is of another build. */
const BUILT = fileAt('../../.tsbuildinfo');

/** The snapshot of this build for this Node, null where there is none. */
export function snapshotFile(): string | null {
  const madeMs = modifiedMs(SNAPSHOT);
  return madeMs > 0 && madeMs >= modifiedMs(BUILT) ? SNAPSHOT : null;
}

function modifiedMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
