// What the byte path is given of a task. Types only.
import type { Allocate } from '../../blocks/writer.js';
import type { FunctionRef } from '../../lineage/function-ref.js';
import type { BoundFunction } from '../functions.js';
import type { TaskReader } from '../runtime.js';
import type { ShuffleOutputs, TaskInputs } from '../stage.js';

export interface ByteTask {
  readonly partition: number;
  readonly inputs: TaskInputs;
  readonly runtime: { check(): void; readonly readers: TaskReader[] };
  readonly services: {
    readonly resolve: (ref: FunctionRef) => BoundFunction;
    readonly allocate: Allocate;
    readonly shuffle: (shuffle: number) => ShuffleOutputs;
  };
}
