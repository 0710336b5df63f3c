// How fast are the common jobs, side by side with Spark? Each workload runs in turn on every engine that is there,
// twice, on the same file, cores and machine, in one run; answers must agree. Prints one Markdown table.
//   node scripts/bench/flights.mjs [--rows N] [--runs N] [--master local[2]] [--only a,b] [--pyspark]
//                                  [--spark-venv FOLDER]   (a Python environment with pyspark; else SPARK_HOME)
import { sideBySide } from './side-by-side.mjs';

const WORKLOADS = [
  'count',
  'filter-count',
  'take5',
  'airport-count',
  'tail-count',
  'sort-int',
  'sort-lines',
  'group-airport',
  'join-17k',
  'range-sum',
  'cached-sum',
  'distinct',
  'tiny-count',
  'tiny-shuffle',
];

await sideBySide(WORKLOADS, {
  tspark: 'flights-tspark.mjs',
  scala: 'flights.scala',
  python: 'flights.py',
});
