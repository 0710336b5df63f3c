// What a partition of a file source is, as plain data that can be posted to a worker.

/** How a file is compressed, by its ending. */
export type Codec = 'none' | 'gzip' | 'deflate' | 'bzip2';

/** A byte range of one file. `length` counts bytes of the stored (compressed) file. */
export interface FileSplit {
  readonly path: string;
  readonly start: number;
  readonly length: number;
  readonly codec: Codec;
  /** Further whole files of the same partition, read after this one (small files packed together). */
  readonly packed?: readonly FileSplit[];
}

/** A file found by listing. Sizes are in bytes, times in milliseconds since the epoch. */
export interface FileStatus {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** How the records of a file source are made. */
export type FileFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'whole-text' }
  | { readonly kind: 'binary-files' }
  | { readonly kind: 'binary-records'; readonly recordLength: number }
  | { readonly kind: 'objects' }
  /** Lines as pairs: cut at the first separator, or behind their byte offset where that is null. */
  | { readonly kind: 'line-pairs'; readonly separator: string | null }
  | { readonly kind: 'sequence-file' };
