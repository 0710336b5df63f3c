// How the records of a partition become a part file, as plain data that can be posted to a worker.
import type { WritableName } from './writables.js';

export type OutputFormat =
  | 'text'
  | 'objects'
  /** Lines of key, separator and value. */
  | { readonly kind: 'line-pairs'; readonly separator: string }
  | {
      readonly kind: 'sequence-file';
      readonly keyClass: WritableName;
      readonly valueClass: WritableName;
    };
