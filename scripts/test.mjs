// `npm test`: sets the project up, then runs every check and every test. Each section prints one line with its
// time; the last line is `N passed, N failed`, and the exit status is 0 only if nothing failed.
// `npm test -- imports errors` runs some sections only. Nothing outside node may be imported before the set-up.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe } from './report.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SHOWN_CHARACTERS = 6000;

const SECTIONS = {
  setup: () => runProgram('setup', ['scripts/setup.mjs']),
  lint: () =>
    runProgram('format and lint', [
      'node_modules/@biomejs/biome/bin/biome',
      'check',
      '--colors=off',
      '.',
    ]),
  types: () =>
    runProgram('types of sources and tests', [
      'node_modules/typescript/bin/tsc',
      '--noEmit',
      '-p',
      'tsconfig.test.json',
    ]),
  imports: async () => (await import('./check-imports.mjs')).check(),
  any: async () => (await import('./check-any.mjs')).check(),
  errors: async () => (await import('./check-errors.mjs')).check(),
  pages: async () => (await import('./check-docs.mjs')).check(),
  examples: () => runCheck('./check-examples.mjs'),
  tests: async () => (await import('./run-vitest.mjs')).check(),
};

/** A program of ours or of a package as one check: in order if it ends with status 0. */
function runProgram(name, args) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  });
  if (status === 0) return { name, passed: 1, failed: 0, failures: [] };
  const text = `${stdout ?? ''}${stderr ?? ''}${error ?? ''}`.trim();
  return {
    name,
    passed: 0,
    failed: 1,
    failures: [text.slice(-SHOWN_CHARACTERS) || `ended with ${status}`],
  };
}

/** A check that starts the engine runs in a process of its own, so that none of its threads stay. */
function runCheck(module) {
  const program = `
    const { check } = await import(${JSON.stringify(new URL(module, import.meta.url).href)});
    const result = await check();
    (await import('node:fs')).writeSync(3, JSON.stringify(result));
    process.exit();`;
  const { output, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', program],
    {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    },
  );
  if (output?.[3]) return JSON.parse(output[3]);
  const text = stderr.trim().slice(-SHOWN_CHARACTERS) || `ended with ${status}`;
  return { name: module, passed: 0, failed: 1, failures: [text] };
}

async function runSection(key) {
  const started = performance.now();
  let result;
  try {
    result = await SECTIONS[key]();
  } catch (error) {
    result = { name: key, passed: 0, failed: 1, failures: [String(error?.stack ?? error)] };
  }
  process.stdout.write(`${describe(result, (performance.now() - started) / 1000)}\n`);
  return result;
}

async function main(asked) {
  const unknown = asked.filter((key) => !Object.hasOwn(SECTIONS, key));
  if (unknown.length > 0) {
    process.stderr.write(
      `no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}\n`,
    );
    return 2;
  }
  const keys = asked.length > 0 ? asked : Object.keys(SECTIONS);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const key of keys) {
    const result = await runSection(key);
    total.passed += result.passed;
    total.failed += result.failed;
    total.skipped += result.skipped ?? 0;
    if (key === 'setup' && result.failed > 0) break; // nothing after it can work
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
