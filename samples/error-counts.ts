// What the samples of error tracking do with lines of Hadoop's logs, wherever they come from: the errors counted by
// component in every batch, and the three worst components since the start.
import type { DStream } from 'tspark';

/** A line is `2026-11-28 10:00:00,123 ERROR org.apache.hadoop.hdfs.DataNode: …`. Needs a folder for checkpoints. */
export function trackErrors(lines: DStream<string>): void {
  const errors = lines
    .map((line) => line.split(' '))
    .filter((words) => words[2] === 'ERROR')
    .map((words): [string, number] => [words[3].replace(/:$/, ''), 1]);

  // This batch.
  errors.reduceByKey((a, b) => a + b).pprint();

  // Since the start: a state per component.
  const totals = errors.updateStateByKey(
    (counts: number[], total: number | null) => counts.reduce((a, b) => a + b, 0) + (total ?? 0),
  );
  totals.foreachRDD(async (time: Date, rdd) => {
    const worst = await rdd.takeOrdered(3, (pair) => -pair[1]);
    const text = worst.map(([component, count]) => `${component} ${count}`).join(', ');
    console.log(`${time.toTimeString().slice(0, 8)} worst so far: ${text || 'no error yet'}`);
  });
}
