// Three classic MapReduce jobs, one output folder each, as Hadoop leaves them: part-00000, part-00001, … and _SUCCESS.
// A folder that exists is refused, and a job that fails leaves none, so what is there is complete. Spark and Hadoop
// read these folders, and tspark reads theirs.
//
// Run it with `npm start -- samples/mapreduce.ts OUTPUT [flights.csv]`; OUTPUT is a folder that does not exist yet.
const output = process.argv[2];
const flightsFile = process.argv[3] ?? 'samples/flights.csv';
if (output === undefined) throw new Error('say which folder to write: samples/mapreduce.ts OUTPUT');

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z]{3,}/g) ?? [];

// 1. Word count: map to (word, 1), shuffle by word, add up. The sum before the shuffle is Hadoop's combiner.
await sc
  .textFile('samples/hadoop.log')
  .flatMap(wordsOf)
  .map((word) => [word, 1])
  .reduceByKey((a, b) => a + b, 3)
  .map(([word, count]) => `${word}\t${count}`)
  .saveAsTextFile(`${output}/word-count`);

// 2. Inverted index: for each word the documents that have it. Documents are the programs of this folder.
await sc
  .wholeTextFiles('samples/*.ts')
  .flatMap(([path, text]) => {
    const document = path.slice(path.lastIndexOf('/') + 1);
    return [...new Set(wordsOf(text))].map((word) => [word, document]);
  })
  .groupByKey(2)
  .mapValues((documents) => [...documents].sort().join(' '))
  .sortByKey(true, 2)
  .map(([word, documents]) => `${word}\t${documents}`)
  .saveAsTextFile(`${output}/inverted-index`);

// 3. Secondary sort: the flights of each airline, latest first, without holding an airline in memory. The key is
// (airline, minus the delay); it is partitioned by the airline alone and sorted as a whole on the way.
const partitionOf = ([airline]: [string, number]): number =>
  airline.charCodeAt(0) * 31 + airline.charCodeAt(1);
await sc
  .textFile(flightsFile)
  .filter((line) => !line.startsWith('date,') && !line.endsWith('cancelled'))
  .map((line): [[string, number], string] => {
    const [date, airline, flight, , , , delay] = line.split(',');
    const minutes = Number(delay);
    if (Number.isNaN(minutes)) throw new Error(`this line is no flight: ${line}`);
    return [[airline, -minutes], `${date} ${flight}`];
  })
  .repartitionAndSortWithinPartitions(4, partitionOf)
  .map(([[airline, lateness], flight]) => `${airline}\t${-lateness}\t${flight}`)
  .saveAsTextFile(`${output}/latest-flights`);

for (const job of ['word-count', 'inverted-index', 'latest-flights']) {
  const lines = sc.textFile(`${output}/${job}`);
  const partitions = await lines.getNumPartitions();
  console.log(`${job}: ${await lines.count()} lines in ${partitions} parts, such as`);
  for (const line of await lines.take(2)) console.log(`  ${line}`);
}
