// How fast is every operation that moves, joins, groups, samples or keeps records, side by side with the same programs on
// Scala Spark? Takes the options of flights.mjs; `--rows` is the number of records. Prints one Markdown table.
//   node scripts/bench/operations.mjs [--rows 1000000] [--runs N] [--only a,b] [--spark-venv FOLDER]
import { sideBySide } from './side-by-side.mjs';

const WORKLOADS = [
  'word-count',
  'subtract',
  'intersection',
  'subtract-by-key',
  'cogroup',
  'join-texts',
  'left-outer-join',
  'join-lying-right',
  'union-distinct',
  'group-by',
  'combine-tuples',
  'combine-objects',
  'fold-by-key',
  'sets-by-key',
  'count-by-value',
  'sort-tuples',
  'sort-numbers-down',
  'sort-texts-down',
  'top',
  'zip',
  'zip-with-index',
  'cartesian',
  'sample',
  'map-partitions',
  'glom',
  'repartition',
  'coalesce',
  'stats',
  'histogram',
  'tree-aggregate',
  'cached-objects',
  'on-disk',
  'save-text',
];

const programs = { tspark: 'operations-tspark.mjs', scala: 'operations.scala' };
await sideBySide(WORKLOADS, programs, () => null);
