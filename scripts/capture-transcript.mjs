// Types a session into the real program in a real terminal (tmux) and puts what the screen showed into README.md,
// between the two transcript marks. `--print` shows it instead. Needs tmux and port 9999.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';
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

async function capture() {
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
    terminal.open('npm start', {
      environment: { HOME: home, TERM: 'xterm-256color' },
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
    return `$ npm start\n${terminal.text().replace(/\n>>>$/, '')}`;
  } finally {
    terminal.close();
    feeder.kill();
    rmSync(home, { recursive: true, force: true });
  }
}

function insert(transcript) {
  const page = readFileSync(README, 'utf8');
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`README.md has no ${START} … ${END}`);
  const block = `${START}\n\`\`\`text\n${transcript}\n\`\`\`\n`;
  writeFileSync(README, page.slice(0, start) + block + page.slice(end));
}

const transcript = await capture();
if (process.argv.includes('--print')) process.stdout.write(`${transcript}\n`);
else insert(transcript);
