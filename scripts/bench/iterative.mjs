// How fast are iterative programs over cached RDDs, side by side with the same on Scala Spark? --rows is the number of
// points; pages are a twentieth of it. The first run caches its data. Takes the options of flights.mjs.
//   node scripts/bench/iterative.mjs [--rows N] [--runs N] [--only a,b] [--spark-venv FOLDER]
import { sideBySide } from './side-by-side.mjs';

const programs = { tspark: 'iterative-tspark.mjs', scala: 'iterative.scala' };
await sideBySide(['k-means', 'logistic-regression', 'page-rank'], programs, () => null);
