// Workloads run in turn on every engine that is there, several times, on the same file, cores and machine, in one run;
// answers must agree. Prints one Markdown table.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EngineProcess } from './engine-process.mjs';
import { flightsFile, WIDE_AIRPORT_SUFFIX } from './flights-data.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));

export const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '6000000' },
    runs: { type: 'string', default: '2' },
    master: { type: 'string', default: 'local[2]' },
    only: { type: 'string' },
    pyspark: { type: 'boolean', default: false },
    wide: { type: 'boolean', default: false },
    'spark-venv': { type: 'string' },
  },
});

/** The engines that can be started here, as `{ name, command, args }`; tspark first. */
function findEngines(programs) {
  const engines = [
    { name: 'tspark', command: process.execPath, args: [path.join(HERE, programs.tspark)] },
  ];
  const venv = options['spark-venv'];
  const home = venv ?? process.env.SPARK_HOME;
  const shell = home && path.join(home, 'bin/spark-shell');
  if (shell && existsSync(shell)) {
    const settings = ['spark.ui.showConsoleProgress=false', 'spark.ui.enabled=false'];
    const args = [
      '--master',
      options.master,
      '--driver-memory',
      '4g',
      ...settings.flatMap((s) => ['--conf', s]),
    ];
    engines.push({
      name: 'Scala Spark',
      command: shell,
      args: [...args, '-i', withServer(programs.scala)],
    });
  }
  const python = venv && path.join(venv, 'bin/python');
  if (options.pyspark && programs.python && python && existsSync(python)) {
    engines.push({ name: 'PySpark', command: python, args: [path.join(HERE, programs.python)] });
  }
  return engines;
}

/** The path of a program for spark-shell behind serve.scala: the shell loads one file. */
function withServer(program) {
  const folder = path.join(os.tmpdir(), 'tspark-bench');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, program);
  const texts = ['serve.scala', program].map((name) => readFileSync(path.join(HERE, name), 'utf8'));
  writeFileSync(file, texts.join('\n'));
  return file;
}

/** A virtual environment's programs find each other by the path, as when it is activated. */
function environment() {
  const base = { BENCH_MASTER: options.master, BENCH_ROWS: options.rows };
  const venv = options['spark-venv'];
  if (venv === undefined) return base;
  const bin = path.resolve(venv, 'bin');
  const python = path.join(bin, 'python');
  return { ...base, PATH: `${bin}${path.delimiter}${process.env.PATH}`, PYSPARK_PYTHON: python };
}

/** Runs every workload `runs` times, the engines taking turns: workload → engine → `{ cold, best, check }`. */
async function measureAll(engines, workloads) {
  const results = new Map();
  for (const workload of workloads) {
    const row = new Map(
      engines.map((engine) => [engine.name, { cold: null, best: Number.POSITIVE_INFINITY }]),
    );
    for (let run = 0; run < Number(options.runs); run++) {
      for (const engine of engines) {
        for (const other of engines) await other.rest();
        record(row.get(engine.name), await engine.run(workload));
      }
    }
    results.set(workload, row);
    process.stderr.write(
      `${workload}: ${[...row].map(([name, r]) => `${name} ${show(r)}`).join(', ')}\n`,
    );
  }
  return results;
}

function record(result, { seconds, check, error }) {
  if (error !== undefined) {
    result.error = error;
    return;
  }
  result.cold ??= seconds;
  result.best = Math.min(result.best, seconds);
  result.check = check;
}

function show(result) {
  return result.error ?? `${formatSeconds(result.best)} (${result.check})`;
}

function formatSeconds(seconds) {
  return seconds < 0.1 ? seconds.toFixed(4) : seconds.toFixed(2);
}

function toTable(engines, results) {
  const [own, ...others] = engines.map((engine) => engine.name);
  const head = ['workload', `${own} cold`, `${own} best`];
  for (const other of others)
    head.push(`${other} cold`, `${other} best`, `best / best`, 'best / cold');
  head.push('answer');
  const rows = [...results].map(([workload, row]) => tableRow(workload, row, own, others));
  const memory = ['peak memory', '', gigabytes(engines[0].peakBytes)];
  for (const engine of engines.slice(1)) memory.push('', gigabytes(engine.peakBytes), '', '');
  return [head, head.map(() => '---'), ...rows, [...memory, '']]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function tableRow(workload, row, own, others) {
  const mine = row.get(own);
  const cells = [workload, ...timeCells(mine)];
  for (const other of others) {
    const theirs = row.get(other);
    cells.push(...timeCells(theirs), ratio(theirs.best, mine.best), ratio(theirs.best, mine.cold));
  }
  const checks = new Set([...row.values()].map((result) => result.error ?? result.check));
  return [...cells, checks.size === 1 ? mine.check : `DIFFER: ${[...checks].join(' / ')}`];
}

function timeCells(result) {
  return result.error === undefined
    ? [formatSeconds(result.cold), formatSeconds(result.best)]
    : ['failed', 'failed'];
}

function ratio(theirs, mine) {
  return Number.isFinite(theirs / mine) ? (theirs / mine).toFixed(1) : '';
}

function gigabytes(bytes) {
  return bytes === 0 ? 'unknown' : `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

/** Best against best and our first run against their best; jobs with nothing to do are no part of the means. */
function geometricMeans(results, own, others) {
  const counted = [...results].filter(([name]) => !name.startsWith('tiny-'));
  return others.map((other) => {
    const mean = (time) => geometricMean(counted.map(([, row]) => row.get(other).best / time(row)));
    const best = mean((row) => row.get(own).best);
    const cold = mean((row) => row.get(own).cold);
    return `Geometric mean against ${other} over ${counted.length} workloads: ${best.toFixed(1)} best against best, ${cold.toFixed(1)} first run against their best`;
  });
}

function geometricMean(ratios) {
  const finite = ratios.filter(Number.isFinite);
  return Math.exp(finite.reduce((sum, ratio) => sum + Math.log(ratio), 0) / finite.length);
}

function disagreements(results) {
  return [...results.values()].filter((row) => {
    const answers = [...row.values()];
    return answers.some(
      (result) => result.error !== undefined || result.check !== answers[0].check,
    );
  }).length;
}

/**
 * Runs all workloads, or those of --only, and prints the table. `programs` are file names beside this one; `fileOf` gives
 * the file for a number of rows, or null where programs make their own data.
 */
export async function sideBySide(names, programs, fileOf = flightsFile) {
  const workloads = options.only ? options.only.split(',') : names;
  const unknown = workloads.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`no workload ${unknown.join(', ')}; there are ${names.join(', ')}`);
  const file = fileOf(Number(options.rows));
  const engines = [];
  try {
    for (const { name, command, args } of findEngines(programs)) {
      const engine = new EngineProcess(name);
      engines.push(engine);
      await engine.start(command, args, {
        ...environment(),
        ...(file === null ? {} : { FLIGHTS: file }),
        AIRPORT_SUFFIX: options.wide ? WIDE_AIRPORT_SUFFIX : '',
      });
    }
    const results = await measureAll(engines, workloads);
    const [own, ...others] = engines.map((engine) => engine.name);
    const size = file === null ? '' : ` (${(statSync(file).size / 1e6).toFixed(0)} MB)`;
    process.stdout.write(
      [
        `${options.rows} rows${size}, ${options.master}, seconds, best of ${options.runs} runs; ${machine()}`,
        '',
        toTable(engines, results),
        '',
        ...geometricMeans(results, own, others),
        '',
      ].join('\n'),
    );
    if (disagreements(results) > 0) process.exitCode = 1;
  } finally {
    for (const engine of engines) await engine.stop();
  }
}

function machine() {
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = (os.totalmem() / 2 ** 30).toFixed(0);
  return `${os.availableParallelism()} cores (${cpu}), ${memory} GiB, Node ${process.versions.node}, ${os.platform()}`;
}
