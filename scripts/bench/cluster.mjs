// How fast are tspark and PySpark on the same Spark cluster? Starts a standalone master with two workers on loopback,
// makes a text of words and a file of distinct keys, and runs each workload on both, one after the other; the answers
// must agree. `node scripts/bench/cluster.mjs [--rounds 2] [--mb 200] [--keys 4000000]`
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SparkConf, SparkContext } from '../../dist/index.js';
import { findSparkForTests, startCluster } from '../spark-cluster.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2' },
    mb: { type: 'string', default: '200' },
    keys: { type: 'string', default: '4000000' },
  },
});
const ROUNDS = Number(values.rounds);
const WORDS = 20_000;

const found = await findSparkForTests();
if ('missing' in found) {
  process.stderr.write(`no cluster: ${found.missing}\n`);
  process.exit(1);
}

function makeWords(file) {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 8;
  };
  const out = fs.openSync(file, 'w');
  for (let written = 0; written < Number(values.mb) * 1e6; ) {
    let text = '';
    for (let line = 0; line < 5000; line++) {
      const words = Array.from({ length: 10 }, () => `w${Math.floor((next() * next()) % WORDS)}`);
      text += `${words.join(' ')}\n`;
    }
    written += fs.writeSync(out, text);
  }
  fs.closeSync(out);
}

function makeKeys(file) {
  const out = fs.openSync(file, 'w');
  const count = Number(values.keys);
  for (let from = 0; from < count; from += 100_000) {
    let text = '';
    for (let i = from; i < Math.min(from + 100_000, count); i++)
      text += `key-${(i * 7919) % count}\n`;
    fs.writeSync(out, text);
  }
  fs.closeSync(out);
}

/** Each gives a text that both sides must agree on. */
const WORKLOADS = {
  'filter + count': (sc, { words }) =>
    sc
      .textFile(words, 4)
      .filter((l) => l.includes('w77'))
      .count()
      .then(String),
  'word count': async (sc, { words }) => {
    const counts = await sc
      .textFile(words, 4)
      .flatMap((l) => l.split(' '))
      .map((w) => [w, 1])
      .reduceByKey((a, b) => a + b, 4)
      .collect();
    return `${counts.length}:${counts.reduce((sum, [, n]) => sum + n, 0)}`;
  },
  'reduceByKey, distinct keys': async (sc, { keys }) => {
    const sums = sc
      .textFile(keys, 4)
      .map((k) => [k, 1])
      .reduceByKey((a, b) => a + b, 8)
      .map((pair) => pair[1]);
    return `${await sums.count()}`;
  },
};

const PYSPARK = `
import sys, time, json
from operator import add
from pyspark import SparkConf, SparkContext
words, keys, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
sc = SparkContext(conf=SparkConf().set("spark.ui.enabled", "false").set("spark.python.unix.domain.socket.enabled", "true"))
sc.setLogLevel("ERROR")
def word_count():
    c = sc.textFile(words, 4).flatMap(lambda l: l.split(' ')).map(lambda w: (w, 1)).reduceByKey(add, 4).collect()
    return "%d:%d" % (len(c), sum(n for _, n in c))
W = {
  "filter + count": lambda: str(sc.textFile(words, 4).filter(lambda l: 'w77' in l).count()),
  "word count": word_count,
  "reduceByKey, distinct keys": lambda: str(sc.textFile(keys, 4).map(lambda k: (k, 1)).reduceByKey(add, 8).map(lambda p: p[1]).count()),
}
sc.parallelize(range(8), 4).map(lambda x: x).count()
out = {}
for name, run in W.items():
    times = []
    for _ in range(rounds):
        t = time.time(); answer = run(); times.append((time.time() - t) * 1000)
    out[name] = {"answer": answer, "times": times}
print("RESULT " + json.dumps(out)); sc.stop()
`;

async function runTspark(master, files) {
  const sc = new SparkContext(
    new SparkConf(false).setMaster(master).setAppName('bench').set('spark.ui.enabled', 'false'),
  );
  await sc.connected();
  await sc
    .range(8, null, 1, 4)
    .map((x) => x)
    .count();
  const out = {};
  for (const [name, run] of Object.entries(WORKLOADS)) {
    const times = [];
    let answer = '';
    for (let round = 0; round < ROUNDS; round++) {
      const startedMs = performance.now();
      answer = await run(sc, files);
      times.push(performance.now() - startedMs);
    }
    out[name] = { answer, times };
  }
  await sc.stop();
  return out;
}

function runPySpark(master, files, folder) {
  const script = path.join(folder, 'bench.py');
  fs.writeFileSync(script, PYSPARK);
  const submit = path.join(found.sparkHome, 'bin', 'spark-submit');
  const python = path.join(found.sparkHome, '..', '..', '..', '..', 'bin', 'python3');
  const { stdout, stderr, status } = spawnSync(
    submit,
    ['--master', master, script, files.words, files.keys, String(ROUNDS)],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: {
        ...process.env,
        SPARK_HOME: found.sparkHome,
        SPARK_LOCAL_IP: '127.0.0.1',
        PYSPARK_PYTHON: fs.existsSync(python) ? python : 'python3',
      },
    },
  );
  const line = stdout.split('\n').find((each) => each.startsWith('RESULT '));
  if (status !== 0 || line === undefined) throw new Error(stderr.slice(-3000));
  return JSON.parse(line.slice('RESULT '.length));
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tspark-bench-cluster-'));
const files = { words: path.join(folder, 'words.txt'), keys: path.join(folder, 'keys.txt') };
makeWords(files.words);
makeKeys(files.keys);
process.env.SPARK_HOME = found.sparkHome;
const cluster = await startCluster({
  sparkHome: found.sparkHome,
  workers: 2,
  cores: 1,
  memory: '2g',
});
try {
  const ours = await runTspark(cluster.master, files);
  const theirs = runPySpark(cluster.master, files, folder);
  const { cpus, totalmem } = os;
  process.stdout.write(
    `${values.mb} MB of words, ${values.keys} distinct keys; standalone master, 2 workers of 1 core; best and first of ${ROUNDS} rounds, ms; ` +
      `${cpus().length} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}\n\n`,
  );
  process.stdout.write(
    '| workload | tspark first | tspark best | PySpark first | PySpark best | PySpark / tspark | answer |\n| --- | --- | --- | --- | --- | --- | --- |\n',
  );
  for (const [name, own] of Object.entries(ours)) {
    const other = theirs[name];
    if (own.answer !== other.answer) {
      process.stderr.write(`${name}: tspark says ${own.answer}, PySpark ${other.answer}\n`);
      process.exitCode = 1;
    }
    const best = (times) => Math.round(Math.min(...times));
    const ratio = (best(other.times) / best(own.times)).toFixed(1);
    process.stdout.write(
      `| ${name} | ${Math.round(own.times[0])} | ${best(own.times)} | ${Math.round(other.times[0])} | ${best(other.times)} | ${ratio} | ${own.answer} |\n`,
    );
  }
} finally {
  await cluster.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
