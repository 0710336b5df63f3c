// A socket stream of tspark in a process of its own: filter and count, batch by batch. Part of the streaming benches.
// Usage: node scripts/bench/socket-tspark.mjs PORT SECONDS [MASTER [BATCH_SECONDS]]
// Prints one line a batch: BATCH records schedulingDelayMs processingDelayMs residentMiB, and the errors at the end.
const [port, seconds, master = 'local[2]', batchSeconds = '1'] = process.argv.slice(2);
const dist = new URL('../../dist/index.js', import.meta.url);
const { SparkConf, SparkContext, StreamingContext, StreamingListener } = await import(dist);

class Report extends StreamingListener {
  onBatchCompleted({ batchInfo: { numRecords, schedulingDelay, processingDelay } }) {
    const resident = Math.round(process.memoryUsage().rss / 2 ** 20);
    console.log(`BATCH ${numRecords} ${schedulingDelay} ${processingDelay} ${resident}`);
  }
}

const sc = new SparkContext(new SparkConf().setMaster(master).setAppName('bench-socket'));
const ssc = new StreamingContext(sc, Number(batchSeconds));
ssc.addStreamingListener(new Report());
let errors = 0;
ssc
  .socketTextStream('127.0.0.1', Number(port))
  .filter((line) => line.includes('ERROR'))
  .foreachRDD(async (rdd) => {
    errors += await rdd.count();
  });
ssc.start();
await ssc.awaitTerminationOrTimeout(Number(seconds));
await ssc.stop();
await sc.stop();
console.log(`ERRORS ${errors}`);
