// How many lines a second does a socket stream take? Filter and count, batches of 1 s, a sender process of its own.
// Usage: node scripts/bench/socket.mjs [--dist FOLDER] [--seconds N] [--rate LINES] [--batch SECONDS]
// Without --rate the sender sends as fast as it may; with it, steadily. Prints lines a second and the delays.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    dist: { type: 'string', default: 'dist' },
    seconds: { type: 'string', default: '15' },
    rate: { type: 'string', default: '0' },
    batch: { type: 'string', default: '1' },
    master: { type: 'string', default: 'local[2]' },
    sender: { type: 'boolean', default: false },
  },
});

async function send(rate) {
  const { createServer } = await import('node:net');
  const line = (i) =>
    `2026-11-22 10:00:${i % 60} ${i % 10 === 0 ? 'ERROR' : 'INFO'} request ${i}\n`;
  const some = (count) => Buffer.from(Array.from({ length: count }, (_, i) => line(i)).join(''));
  const server = createServer((socket) => {
    socket.on('error', () => process.exit());
    socket.on('close', () => process.exit());
    if (rate > 0) {
      const chunk = some(Math.ceil(rate / 100));
      setInterval(() => socket.write(chunk), 10);
      return;
    }
    const chunk = some(5000);
    const fill = () => {
      while (socket.write(chunk));
    };
    socket.on('drain', fill);
    fill();
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
}

async function receive() {
  const dist = (file) => import(new URL(`../../${options.dist}/${file}`, import.meta.url));
  const { SparkConf, SparkContext, StreamingContext, StreamingListener } = await dist('index.js');
  const args = [fileURLToPath(import.meta.url), '--sender', '--rate', options.rate];
  const sender = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((resolve) =>
    sender.stdout.once('data', (d) => resolve(Number(d))),
  );
  const sc = new SparkContext(new SparkConf().setMaster(options.master).setAppName('bench-socket'));
  const ssc = new StreamingContext(sc, Number(options.batch));
  const batches = [];
  class Delays extends StreamingListener {
    onBatchCompleted({ batchInfo }) {
      batches.push(batchInfo);
    }
  }
  ssc.addStreamingListener(new Delays());
  let errors = 0;
  ssc
    .socketTextStream('127.0.0.1', port)
    .filter((line) => line.includes('ERROR'))
    .foreachRDD(async (rdd) => {
      errors += await rdd.count();
    });
  ssc.start();
  await ssc.awaitTerminationOrTimeout(Number(options.seconds));
  const cpu = process.cpuUsage();
  await ssc.stop();
  sender.kill();
  await sc.stop();
  // The first batches warm up.
  const steady = batches.slice(Math.ceil(3 / Number(options.batch)));
  const lines = steady.reduce((sum, batch) => sum + batch.numRecords, 0);
  const seconds = steady.length * Number(options.batch);
  const delays = steady.map((batch) => batch.totalDelay).sort((a, b) => a - b);
  const at = (part) => delays[Math.floor(part * (delays.length - 1))];
  console.log(
    `${options.master}, batches of ${options.batch} s: ${steady.length} batches, ${errors} errors counted`,
  );
  console.log(
    `${(lines / seconds / 1e6).toFixed(3)} M lines/s; delay median ${at(0.5)} ms, 99 % ${at(0.99)} ms, most ${at(1)} ms`,
  );
  console.log(
    `CPU ${((cpu.user + cpu.system) / 1e6).toFixed(1)} s, memory ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`,
  );
}

await (options.sender ? send(Number(options.rate)) : receive());
