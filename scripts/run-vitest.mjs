// Runs all the tests and sums up what vitest reports: its own tests and the conformance cases among them.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { conclude, isProgram } from './report.mjs';
import { ROOT } from './source-tree.mjs';

/** Far above what the tests take, for machines that are slow or busy. */
const LIMIT_MINUTES = '25';
/** One more than there are cores: the streaming cases mostly wait for the clock. */
const FORKS = availableParallelism() + 1;
const SHOWN_LINES = 12;
const TAIL_CHARACTERS = 4000;

/** Runs vitest with the given filters, so many files at a time. */
export async function check(filters = [], forks = FORKS) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tspark-vitest-'));
  const reportFile = path.join(folder, 'report.json');
  try {
    const { status, output } = await run([
      path.join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--poolOptions.forks.maxForks=${forks}`,
      '--reporter=json',
      // Names unhandled errors, which the report in JSON leaves out.
      '--reporter=dot',
      `--outputFile.json=${reportFile}`,
      ...filters,
    ]);
    return summarise(readReport(reportFile), status, output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-TAIL_CHARACTERS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const minutes = Number(process.env.TSPARK_TESTS_LIMIT_MINUTES ?? LIMIT_MINUTES);
    const timer = setTimeout(() => {
      output += `\nended after ${minutes} minutes`;
      child.kill('SIGKILL');
    }, minutes * 60_000);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ status: code ?? 1, output });
    });
  });
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { testResults: [] };
  }
}

/** Sums up the JSON report of vitest, its exit status and the end of its output. */
export function summarise(report, status, output) {
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((one) => ({ ...one, file: path.relative(ROOT, file.name) })),
  );
  const failures = [
    ...tests.filter((one) => one.status === 'failed').map(describeFailure),
    ...report.testResults.filter(failedToLoad).map(describeFile),
  ];
  const passed = countOf(tests, 'passed');
  // A status of its own: unhandled errors, a crash of the runner, nothing found.
  if (failures.length === 0 && (status !== 0 || passed === 0))
    failures.push(`vitest ended with ${status}: ${output}`);
  return {
    name: 'tests',
    passed,
    failed: failures.length,
    failures,
    skipped: tests.length - passed - countOf(tests, 'failed'),
    note: [conformanceLine(tests), ...leftOut(tests)].join('; '),
  };
}

function failedToLoad(file) {
  return file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed');
}

function countOf(tests, status) {
  return tests.filter((one) => one.status === status).length;
}

function describeFailure(one) {
  const text = stripColours(one.failureMessages.join('\n'))
    .split('\n')
    .slice(0, SHOWN_LINES)
    .join('\n');
  return `${one.file} > ${one.fullName}\n${text}`;
}

function describeFile(file) {
  return `${path.relative(ROOT, file.name)}: ${stripColours(file.message ?? '')
    .split('\n')
    .slice(0, SHOWN_LINES)
    .join('\n')}`;
}

function stripColours(text) {
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

/** What tests say of themselves that lack a program of this machine (Java, Spark), each with how many it is. */
function leftOut(tests) {
  const counts = new Map();
  for (const one of tests) {
    if (one.status === 'passed' || one.status === 'failed') continue;
    const title = [...one.ancestorTitles, one.title].find((text) =>
      /\bleft out: /.test(text ?? ''),
    );
    if (title !== undefined) counts.set(title, (counts.get(title) ?? 0) + 1);
  }
  return [...counts].map(([title, count]) => `${title}, ${count} skipped`);
}

/** One figure for the cases as they were recorded, and one for each other master they were run at. */
function conformanceLine(tests) {
  const bySetting = new Map();
  for (const one of tests) {
    const title = /^conformance(?: at (.*?))?: /.exec(one.ancestorTitles[0] ?? '');
    if (title === null) continue;
    const setting = title[1] ?? '';
    bySetting.set(setting, [...(bySetting.get(setting) ?? []), one]);
  }
  const [recorded = '0 of 0 cases pass', ...others] = [...bySetting].map(([setting, cases]) => {
    const passed = countOf(cases, 'passed');
    const missing = cases.length - passed - countOf(cases, 'failed');
    const place = setting === '' ? '' : ` at ${setting}`;
    return `${passed} of ${cases.length} cases pass${place}, ${missing} missing`;
  });
  return ['conformance: ' + recorded, ...others].join('; ');
}

if (isProgram(import.meta)) conclude(await check(process.argv.slice(2)));
