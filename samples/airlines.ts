// Airlines, their hubs and how late their flights are: filters, pairs, a shuffle and a join.
// Run it with `npm start -- samples/airlines.ts`; `sc` is there as at the prompt.

const rows = sc
  .textFile('samples/airlines.csv')
  .filter((line) => !line.startsWith('iata,'))
  .map((line) => line.split(','));

const total = await rows.count();
const withoutLufthansa = rows.filter((row) => !row[1].includes('Lufthansa'));
const others = await withoutLufthansa.count();
console.log(`${total} airlines, ${total - others} of them with Lufthansa in their name`);

const country = 'Germany';
const hubs = await rows
  .filter((row) => row[2] === country)
  .map((row) => [row[3], 1])
  .reduceByKey((a, b) => a + b)
  .sortBy((pair) => -pair[1])
  .collect();
console.log(`Hubs in ${country}:`);
for (const [hub, airlines] of hubs) console.log(`  ${hub}  ${airlines}`);

// The mean delay needs sum and count, because means of means are wrong.
const delays = sc
  .textFile('samples/flights.csv')
  .filter((line) => !line.startsWith('date,'))
  .map((line) => line.split(','))
  .filter((flight) => flight[7] !== 'cancelled')
  .map((flight): [string, [number, number]] => [flight[1], [Number(flight[6]), 1]])
  .reduceByKey((a, b): [number, number] => [a[0] + b[0], a[1] + b[1]])
  .mapValues((sum) => sum[0] / sum[1]);

const names = rows.map((row) => [row[0], row[1]]);
const latest = await delays
  .join(names)
  .map((joined) => joined[1])
  .takeOrdered(5, (pair) => -pair[0]);
console.log('Latest on average:');
for (const [minutes, name] of latest) console.log(`  ${minutes.toFixed(1)} min  ${name}`);
