// Writes an RDD to a folder: the folder is made first, parts are written by tasks, and either all is committed or
// the folder is gone again. Driver only.
import { abortOutput, commitOutput, prepareOutput } from '../io/output.js';
import type { Codec } from '../io/split.js';
import type { LineageNode } from '../lineage/node.js';
import type { ActionRun } from './action-run.js';

export interface SaveOptions {
  readonly format: 'text' | 'objects';
  readonly path: string;
  readonly codec: Codec;
}

export async function saveNode(
  run: ActionRun,
  node: LineageNode,
  options: SaveOptions,
): Promise<void> {
  // Counting lists the inputs, so that a missing input leaves no empty output folder behind.
  await run.countPartitions(node);
  prepareOutput(options.path);
  try {
    await run.run(node, { kind: 'save', ...options });
    commitOutput(options.path);
  } catch (error) {
    abortOutput(options.path);
    throw error;
  }
}
