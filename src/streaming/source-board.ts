// The sources that outputs read, with their figures. Main thread only.
import type { TsparkEvent } from '../events.js';
import { type Batch, type BatchObserver, recordsFor } from './batches.js';
import type { RateControl } from './rate-control.js';
import type { OutputRegistry } from './registry.js';
import { StreamSource } from './source.js';
import { reachableNodes, type StreamNode } from './stream-node.js';

export interface SourceBoardOptions {
  readonly batchMs: number;
  readonly registry: OutputRegistry;
  /** What bounds the sources, null while nothing runs. */
  rates(): RateControl | null;
}

export class SourceBoard implements Pick<BatchObserver, 'completed'> {
  readonly #options: SourceBoardOptions;
  /** By source node, so that a source that is closed and read again counts on. */
  readonly #sources = new WeakMap<StreamNode, StreamSource>();

  constructor(options: SourceBoardOptions) {
    this.#options = options;
  }

  /** The sources that outputs read now, in the order they were made. */
  get sources(): readonly StreamSource[] {
    const roots = this.#options.registry.outputs.map((output) => output.spec.node);
    const sources: StreamSource[] = [];
    for (const node of reachableNodes(roots)) {
      const source = this.#of(node);
      if (source !== null) sources.push(source);
    }
    return sources.sort((a, b) => a.id - b.id);
  }

  completed(batch: Batch): void {
    const { timeMs, inputs } = batch;
    const { registry, batchMs } = this.#options;
    // Those as well that slide by several batches and had no turn in this one.
    for (const output of registry.outputs) output.noteInput(recordsFor(batch, output), batchMs);
    const sources = this.sources;
    for (const { streamId, records } of inputs) {
      const perSecond = records === null ? null : (records / batchMs) * 1000;
      sources.find(({ id }) => id === streamId)?.record({ timeMs, records, perSecond });
    }
  }

  /** Takes in what events say of receivers. */
  hear(event: TsparkEvent): void {
    if (event.kind !== 'receiver-error' && event.kind !== 'receiver-started') return;
    const source = this.sources.find(({ id }) => id === event.streamId);
    source?.noteError(event.kind === 'receiver-error' ? (event.message ?? 'it failed') : null);
  }

  #of(node: StreamNode): StreamSource | null {
    if (node.spec.kind !== 'input') return null;
    let source = this.#sources.get(node);
    if (source === undefined) {
      const { registry, rates, batchMs } = this.#options;
      source = new StreamSource(node.id, node.spec.source, {
        limitPerSecond: () => {
          const limit = rates()?.limitOf(node.id).recordsPerBatch ?? Number.POSITIVE_INFINITY;
          return (limit / batchMs) * 1000;
        },
        onClose: () => {
          for (const output of [...registry.outputs]) {
            if (reachableNodes([output.spec.node]).includes(node)) output.close();
          }
        },
      });
      this.#sources.set(node, source);
    }
    return source;
  }
}
