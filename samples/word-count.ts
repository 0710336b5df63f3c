// The words of a text by how often they occur.
// Run it with `npm start -- samples/word-count.ts [path [how many]]`.

const path = process.argv[2] ?? 'samples/hadoop.log';
const shown = Number(process.argv[3] ?? 10);

const words = sc
  .textFile(path)
  .flatMap((line) => line.toLowerCase().match(/[a-z]{3,}/g) ?? [])
  .map((word) => [word, 1]);
const counts = words.reduceByKey((a, b) => a + b).cache();

const different = await counts.count();
const all = await words.count();
console.log(`${all} words in ${path}, ${different} different ones`);

const most = await counts.takeOrdered(shown, (pair) => -pair[1]);
for (const [word, count] of most) console.log(`${String(count).padStart(8)}  ${word}`);
