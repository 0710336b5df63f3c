// What every builtin is: a factory from its plain arguments and the user's functions to one function.

/** `args` are plain data, `functions` the user's functions it is built around. */
export type BuiltinFactory = (args: readonly unknown[], functions: readonly Function[]) => Function;

/** A user function of one argument. */
export type Unary = (value: unknown) => unknown;
/** A user function of two arguments. */
export type Binary = (a: unknown, b: unknown) => unknown;

export type Pair = readonly [unknown, unknown];

/** All records of a partition, in arrays. */
export type RecordPages = Iterable<readonly unknown[]>;

/** Functions of whole partitions that take RecordPages: they go over all records, and nobody sees when. */
export const PAGED_BUILTINS: ReadonlySet<string> = new Set([
  'countOnly',
  'countValues',
  'distinctRegisters',
  'foldPartition',
  'histogram',
  'mergeByKey',
  'minMax',
  'reducePartition',
  'sampleKeys',
  'select',
  'stats',
]);
