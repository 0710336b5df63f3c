// How fast are the common jobs, side by side with Spark? Each workload runs in turn on every engine that is there,
// twice, on the same file, cores and machine, in one run; answers must agree. Prints one Markdown table.
//   node scripts/bench/flights.mjs [--rows N] [--runs N] [--master local[2]] [--only a,b] [--pyspark]
//                                  [--spark-venv FOLDER]   (a Python environment with pyspark; else SPARK_HOME)
// --wide runs the same over lines of another shape (flights-data.mjs).
import { flightsFile, wideFlightsFile } from './flights-data.mjs';
import { options, sideBySide } from './side-by-side.mjs';

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
/** Keys of two fields. */
const WIDE_WORKLOADS = [...WORKLOADS, 'route-count'];

const programs = { tspark: 'flights-tspark.mjs', scala: 'flights.scala', python: 'flights.py' };
if (options.wide) await sideBySide(WIDE_WORKLOADS, programs, wideFlightsFile);
else await sideBySide(WORKLOADS, programs, flightsFile);
