// Writes an RDD to a folder: the folder is made first, parts are written by tasks, and either all is committed or
// the folder is gone again. Driver only.
import type { OutputFormat } from '../io/output-format.js';
import { abortOutput, commitOutput, prepareOutput } from '../io/output.js';
import type { Codec } from '../io/split.js';
import type { LineageNode } from '../lineage/node.js';
import type { ActionRun } from './action-run.js';

export interface SaveOptions {
  readonly format: OutputFormat;
  readonly path: string;
  readonly codec: Codec;
  /** What the files' names begin with; `part-` if it is left out. */
  readonly prefix?: string;
}

export async function saveNode(
  run: ActionRun,
  node: LineageNode,
  options: SaveOptions,
): Promise<void> {
  // Counting lists the inputs, so that a missing input leaves no empty output folder behind.
  await run.countPartitions(node);
  if (run.savesWhole(options.path)) {
    await run.run(node, { kind: 'save', ...options });
    return;
  }
  prepareOutput(options.path);
  try {
    await run.run(node, { kind: 'save', ...options });
    commitOutput(options.path);
  } catch (error) {
    leave(options.path);
    throw error;
  }
}

/** What failed the job is told, not that some of its folder is left. */
function leave(path: string): void {
  try {
    abortOutput(path);
  } catch {
    // The next job that saves there says that the folder exists.
  }
}
