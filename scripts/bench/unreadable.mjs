// How fast are functions that the reader of functions does not understand, side by side with the same programs on Scala
// Spark? Takes the options of flights.mjs. Prints one Markdown table.
//   node scripts/bench/unreadable.mjs [--rows N] [--runs N] [--only a,b] [--spark-venv FOLDER]
import { sideBySide } from './side-by-side.mjs';

const WORKLOADS = [
  'captured-table',
  'regex-test',
  'regex-extract',
  'replace',
  'string-building',
  'upper-case',
  'objects',
  'characters-loop',
  'hash-loop',
  'aggregate',
  'sort-by-built-key',
  'group-objects',
];

await sideBySide(WORKLOADS, { tspark: 'unreadable-tspark.mjs', scala: 'unreadable.scala' });
