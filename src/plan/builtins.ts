// The functions of operations that are not the user's own, by name: a lineage node names them
// (lineage/function-ref.ts), the worker makes them. Free of driver imports.
import type { BuiltinFactory } from './builtins/builtin.js';
import { KAFKA_BUILTINS } from './builtins/kafka.js';
import { KEY_SAMPLE_BUILTINS } from './builtins/key-sample.js';
import { KEYED_STATE_BUILTINS } from './builtins/keyed-state.js';
import { PARTITION_BUILTINS } from './builtins/partitions.js';
import { PIPE_BUILTINS } from './builtins/pipe.js';
import { RECEIVED_LINES_BUILTINS } from './builtins/received-lines.js';
import { RECORD_BUILTINS } from './builtins/records.js';
import { SAMPLING_BUILTINS } from './builtins/sampling.js';
import { SELECTION_BUILTINS } from './builtins/selection.js';
import { STATISTICS_BUILTINS } from './builtins/statistics.js';

export const BUILTINS: Record<string, BuiltinFactory> = {
  ...RECORD_BUILTINS,
  ...PARTITION_BUILTINS,
  ...SAMPLING_BUILTINS,
  ...KEY_SAMPLE_BUILTINS,
  ...SELECTION_BUILTINS,
  ...STATISTICS_BUILTINS,
  ...PIPE_BUILTINS,
  ...KEYED_STATE_BUILTINS,
  ...RECEIVED_LINES_BUILTINS,
  ...KAFKA_BUILTINS,
};
