// Types a session into the real program in a real terminal (tmux) and puts what the screen showed into README.md,
// between the two transcript marks. `--print` shows it instead; `--compare` only tells whether it is what README.md has,
// but for the master's name and what the batches of the stream held. `--master M` runs it at another master, `cluster`
// being a standalone Spark cluster that is started for it. Needs tmux and port 9999.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setUp } from './setup.mjs';
import { findSparkForTests, startCluster } from './spark-cluster.mjs';
import { TmuxTerminal } from './tmux-terminal.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = path.join(ROOT, 'README.md');
const START = '<!-- transcript -->';
const END = '<!-- end of transcript -->';
/** Wide enough that no line typed below is broken in two. */
const COLUMNS = 140;
const ROWS = 40;
const PROMPT = '>>>';
const SETTLE_MS = 300;
const PORT = 9999;

/** What is typed, line by line; a step with `batches` waits until so many have been printed since the start. */
const STEPS = [
  { type: "const airlines = sc.textFile('samples/airlines.csv')" },
  { type: 'airlines' },
  { type: "const airlinesFiltered = airlines.filter(x => !x.includes('Lufthansa'))" },
  { type: 'airlinesFiltered.take(5)' },
  { type: 'airlines.count() - airlinesFiltered.count()' },
  { type: "const country = 'Germany'" },
  {
    type: "airlines.map(l => l.split(',')).filter(f => f[2] === country).map(f => [f[3], 1]).reduceByKey((a, b) => a + b).collect()",
  },
  { type: `const lines = ssc.socketTextStream('localhost', ${PORT})` },
  {
    type: "lines.filter(l => l.includes('ERROR')).map(l => [l.split(' ')[3], 1]).reduceByKey((a, b) => a + b).pprint()",
  },
  { type: 'ssc.start()', batches: 2 },
  { type: 'airlines.map(l => l.length).mean()', batches: 3 },
  { type: 'ssc.stop()' },
];

function batchesIn(text) {
  return text.match(/^Time: /gm)?.length ?? 0;
}

async function capture(command, environment) {
  // Building is not part of the picture, and may take longer than a prompt.
  if (setUp() !== 0) throw new Error('the build failed');
  const home = mkdtempSync(path.join(tmpdir(), 'tspark-home-'));
  const feeder = spawn(
    process.execPath,
    [path.join(ROOT, 'scripts/log-server.mjs'), '--port', String(PORT)],
    {
      stdio: 'ignore',
    },
  );
  const terminal = new TmuxTerminal('tspark-transcript');
  try {
    terminal.open(command, {
      environment: { HOME: home, TERM: 'xterm-256color', ...environment },
      columns: COLUMNS,
      rows: ROWS,
      cwd: ROOT,
    });
    await terminal.until((text) => text.endsWith(PROMPT));
    for (const { type, batches = 0 } of STEPS) {
      terminal.type(type);
      await sleep(SETTLE_MS);
      await terminal.until((text) => text.endsWith(`\n${PROMPT}`) && batchesIn(text) >= batches);
    }
    return terminal.text().replace(/\n>>>$/, '');
  } finally {
    terminal.close();
    feeder.kill();
    rmSync(home, { recursive: true, force: true });
  }
}

function pageParts() {
  const page = readFileSync(README, 'utf8');
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`README.md has no ${START} … ${END}`);
  return { before: page.slice(0, start), block: page.slice(start, end), after: page.slice(end) };
}

function insert(transcript) {
  const { before, after } = pageParts();
  writeFileSync(README, `${before}${START}\n\`\`\`text\n${transcript}\n\`\`\`\n${after}`);
}

/** A frame of a batch, its records and the empty line behind them. */
const BATCH = /^-+\nTime: .*\n-+\n(?:\[ '[\w.]+:', \d+ \]\n)*\n/gm;

/** The transcript without what is another in every run. */
function steady(text) {
  return text.replace(BATCH, '').replace(/ · master \S+ · /, ' · master … · ');
}

function compare(transcript) {
  const written = /```text\n\$ npm start\n([\s\S]*?)\n```/.exec(pageParts().block)?.[1] ?? '';
  if (steady(`${written}\n`) === steady(`${transcript}\n`)) {
    process.stdout.write(`the same as README.md, with ${batchesIn(transcript)} batches\n`);
    return;
  }
  process.stdout.write(`not what README.md has:\n${transcript}\n`);
  process.exitCode = 1;
}

async function main() {
  const options = {
    print: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    master: { type: 'string' },
  };
  const { values } = parseArgs({ options });
  let { master } = values;
  let cluster = null;
  const environment = {};
  if (master !== undefined) {
    const found = await findSparkForTests();
    if ('missing' in found) throw new Error(`no Spark: ${found.missing}`);
    environment.SPARK_HOME = found.sparkHome;
    if (master === 'cluster') {
      cluster = await startCluster({ sparkHome: found.sparkHome, workers: 2, cores: 1 });
      master = cluster.master;
    }
  }
  try {
    const command = master === undefined ? 'npm start' : `npm start -- --master '${master}'`;
    const shown = await capture(command, environment);
    if (values.compare) compare(shown);
    else if (values.print) process.stdout.write(`$ ${command}\n${shown}\n`);
    else insert(`$ ${command}\n${shown}`);
  } finally {
    await cluster?.stop();
  }
}

await main();
