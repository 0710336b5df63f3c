// RDD.checkpoint(): remembers which nodes are marked, writes them after the next job that used them, and then
// lets the lineage begin at the files. Driver only.
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { makePrivateFolder } from '../blocks/private-folder.js';
import { UsageError } from '../errors.js';
import {
  currentSpec,
  type LineageNode,
  makeNode,
  type NodeSpec,
  parentsOf,
} from '../lineage/node.js';
import type { ActionRun } from './action-run.js';
import { saveNode } from './save-job.js';

interface Mark {
  readonly kind: 'reliable' | 'local';
  /** `open` until a job has used the node, `writing` while its partitions are written. */
  state: 'open' | 'writing' | 'done';
  /** Folder of the written partitions. */
  file: string | null;
}

export class CheckpointStore {
  /** By node, so that marks live as long as what they mark. */
  readonly #marks = new WeakMap<LineageNode, Mark>();
  #open = 0;
  #directory: string | null = null;

  get directory(): string | null {
    return this.#directory;
  }

  /** Makes a folder of this application's own below `path`; null forgets the folder. */
  setDirectory(path: string | null): void {
    if (path === null) {
      this.#directory = null;
      return;
    }
    const folder = join(resolve(path.replace(/^file:(\/\/)?/, '')), randomUUID());
    makePrivateFolder(folder);
    this.#directory = folder;
  }

  mark(node: LineageNode): void {
    if (this.#directory === null) {
      throw new UsageError(
        'RDD-106',
        'checkpoint() has no checkpoint dir to write to. Call sc.setCheckpointDir(path) first.',
      );
    }
    this.#add(node, 'reliable');
  }

  markLocal(node: LineageNode): void {
    this.#add(node, 'local');
  }

  isLocal(node: LineageNode): boolean {
    return this.#marks.get(node)?.kind === 'local';
  }

  /** Whether it is written, or for a local one kept by a job. */
  isDone(node: LineageNode): boolean {
    return this.#marks.get(node)?.state === 'done';
  }

  fileOf(node: LineageNode): string | null {
    return this.#marks.get(node)?.file ?? null;
  }

  /** Settles the open marks of the node and its ancestors. */
  async afterJob(node: LineageNode, run: ActionRun): Promise<void> {
    if (this.#open === 0) return;
    for (const found of this.#openAbove(node)) {
      // Settled first: the job that writes ends here again.
      found.mark.state = found.mark.kind === 'local' ? 'done' : 'writing';
      this.#open--;
      if (found.mark.kind === 'reliable') await this.#write(found.node, found.mark, run);
    }
  }

  #add(node: LineageNode, kind: Mark['kind']): void {
    if (this.#marks.has(node)) return;
    this.#marks.set(node, { kind, state: 'open', file: null });
    this.#open++;
  }

  async #write(node: LineageNode, mark: Mark, run: ActionRun): Promise<void> {
    const path = join(this.#directory ?? '', `rdd-${node.id}`);
    try {
      const partitions = await run.countPartitions(node);
      await saveNode(run, node, { format: 'objects', path, codec: 'none' });
      node.materialized = writtenPartitions(node, path, partitions);
      mark.file = path;
      mark.state = 'done';
    } catch (error) {
      mark.state = 'open';
      this.#open++;
      throw error;
    }
  }

  /** Nodes with open marks; what is above one of them is not looked at. */
  #openAbove(node: LineageNode): { node: LineageNode; mark: Mark }[] {
    const found: { node: LineageNode; mark: Mark }[] = [];
    const seen = new Set<LineageNode>();
    const pending = [node];
    while (pending.length > 0) {
      const next = pending.pop()!;
      if (seen.has(next)) continue;
      seen.add(next);
      const mark = this.#marks.get(next);
      if (mark?.state === 'open') found.push({ node: next, mark });
      else for (const each of parentsOf(currentSpec(next))) pending.push(each);
    }
    return found;
  }
}

/** Reads the part files back as they were: one partition each, however large. */
function writtenPartitions(node: LineageNode, folder: string, partitions: number): NodeSpec {
  const part = (index: number): LineageNode => {
    const paths = join(folder, `part-${String(index).padStart(5, '0')}`).replace(
      /[\\*?{}[\],]/g,
      '\\$&',
    );
    const format = { kind: 'objects' } as const;
    const file = makeNode(
      'checkpoint',
      { kind: 'files', format, paths, minPartitions: 1 },
      node.site,
    );
    return makeNode('checkpoint', { kind: 'coalesce', parent: file, partitions: 1 }, node.site);
  };
  return { kind: 'union', parents: Array.from({ length: partitions }, (_, index) => part(index)) };
}
