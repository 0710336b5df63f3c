// Streams for the soak: numbers at a rate, lines from a socket and files in a folder; counts by state and by window.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const LINES = ['to be or not to be', 'that is the question'];
const WORDS_A_FILE = 1000;

/** Sends lines to whoever connects, ten times a second. */
async function serveLines() {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    const timer = setInterval(() => socket.write(`${LINES.join('\n')}\n`), 100);
    const end = () => {
      clearInterval(timer);
      sockets.delete(socket);
    };
    socket.on('close', end).on('error', end);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: server.address().port, stop };
}

/** Starts the streams; `state` says how far they are, `wrong` what they got wrong. */
export async function startStreams(StreamingContext, sc, folder) {
  const state = { batches: 0, failures: 0, words: 0, dropped: 0, wrong: [] };
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox);
  const lines = await serveLines();
  const ssc = new StreamingContext(sc, 1);
  ssc.checkpoint(join(folder, 'checkpoint'));
  ssc
    .rateStream(500)
    .map(() => ['n', 1])
    .reduceByKeyAndWindow(
      (a, b) => a + b,
      (a, b) => a - b,
      10,
      1,
    )
    .foreachRDD(async (rdd) => {
      state.batches++;
      await rdd.collect();
    });
  ssc
    .socketTextStream('127.0.0.1', lines.port)
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .updateStateByKey((values, sum) => values.reduce((a, b) => a + b, sum ?? 0))
    .foreachRDD(async (rdd) => {
      const counts = new Map(await rdd.collect());
      // Both lines come together, with `to` twice and `not` once.
      if ((counts.get('to') ?? 0) !== 2 * (counts.get('not') ?? 0))
        state.wrong.push(`the state has to ${counts.get('to')} and not ${counts.get('not')}`);
    });
  ssc
    .textFileStream(inbox)
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .updateStateByKey((values, sum) => values.reduce((a, b) => a + b, sum ?? 0))
    .foreachRDD(async (rdd) => {
      state.words = (await rdd.values().collect()).reduce((a, b) => a + b, 0);
    });
  const unlisten = sc.events.listen((event) => {
    if (event.kind !== 'batch-completed' || event.failure === null) return;
    state.failures++;
    state.wrong.push(`a batch failed: ${event.failure.message}`);
  });
  ssc.start();
  const dropping = setInterval(() => drop(folder, inbox, state), 3000);
  return {
    state,
    wordsDropped: () => state.dropped * WORDS_A_FILE,
    stopDropping: () => clearInterval(dropping),
    stop: async () => {
      clearInterval(dropping);
      await ssc.stop(false);
      lines.stop();
      unlisten();
    },
  };
}

function drop(folder, inbox, state) {
  const name = `file-${state.dropped++}.txt`;
  writeFileSync(join(folder, name), 'to be\n'.repeat(WORDS_A_FILE / 2));
  renameSync(join(folder, name), join(inbox, name));
  // What was counted is cleared away, as whoever feeds a folder does; a batch that lags may still need the rest.
  const counted = state.words / WORDS_A_FILE - 40;
  const old = readdirSync(inbox).filter((each) => Number(/\d+/.exec(each)) < counted);
  for (const each of old) rmSync(join(inbox, each));
}
