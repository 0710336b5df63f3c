// What goes wrong in a cluster, from its log: the example of the RDD paper, on Hadoop's log format.
// Run it with `npm start -- samples/log-mining.ts [path]`.

const path = process.argv[2] ?? 'samples/hadoop.log';
const lines = sc.textFile(path);

// Asked for several times, so the errors are kept in memory after the first.
const errors = lines.filter((line) => line.split(' ')[2] === 'ERROR').cache();

const all = await lines.count();
const failed = await errors.count();
console.log(`${failed} of ${all} lines are errors (${((100 * failed) / all).toFixed(1)} %)`);

const byComponent = await errors
  .map((line) => [line.split(' ')[3].replace(/:$/, ''), 1])
  .reduceByKey((a, b) => a + b)
  .takeOrdered(5, (pair) => -pair[1]);
console.log('Where they come from:');
for (const [component, count] of byComponent) console.log(`  ${count}  ${component}`);

const byHour = await errors
  .map((line) => [line.slice(11, 13), 1])
  .reduceByKey((a, b) => a + b)
  .sortByKey()
  .collect();
const most = Math.max(...byHour.map((pair) => pair[1]));
console.log('When:');
for (const [hour, count] of byHour) {
  const bar = '█'.repeat(Math.ceil((40 * count) / most));
  console.log(`  ${hour}:00  ${bar} ${count}`);
}

const word = 'heartbeat';
console.log(`The first errors about a ${word}:`);
const about = await errors.filter((line) => line.includes(word)).take(3);
for (const line of about) console.log(`  ${line}`);
