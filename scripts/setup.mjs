// Brings a checkout to where it can run: installs packages that are missing, builds when a source is newer than
// the build. Costs a few file look-ups when there is nothing to do. Uses Node's own modules only.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOCK = path.join(ROOT, 'package-lock.json');
/** What npm writes when it has installed everything. */
const INSTALLED = path.join(ROOT, 'node_modules', '.package-lock.json');
/** Written after a build; its time is when that build began. */
const BUILT = path.join(ROOT, 'dist', '.built');
/** Written by the compiler, whoever called it. */
const COMPILED = path.join(ROOT, 'dist', '.tsbuildinfo');
/** Of this Node: the type checker's snapshot is no other's. */
const SNAPSHOT_KEY = path.join(ROOT, 'dist', `language-${process.version}.key`);
const NEEDED = [20, 19];

/** One line where this Node is too old, otherwise null. */
export function nodeProblem(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const isNewEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
  return isNewEnough
    ? null
    : `tspark needs Node ${NEEDED.join('.')} or later; this is Node ${version}.`;
}

/** Installs and builds what is needed, saying on standard error what it does. Returns an exit status. */
export function setUp() {
  if (!isInstalled() && !install()) return 1;
  if (!isBuilt() && !build()) return 1;
  return 0;
}

function isInstalled() {
  const installedMs = modifiedMs(INSTALLED);
  if (installedMs === 0) return false;
  if (installedMs >= modifiedMs(LOCK)) return true;
  // A checkout touches the lock without changing it: then the versions tell.
  const wanted = versionsOf(LOCK);
  const present = versionsOf(INSTALLED);
  return [...wanted].every(([name, version]) => present.get(name) === version);
}

/** Versions by folder; packages of other platforms are left out, as npm does. */
function versionsOf(file) {
  const { packages } = JSON.parse(fs.readFileSync(file, 'utf8'));
  const own = Object.entries(packages).filter(([name, entry]) => name !== '' && !entry.optional);
  return new Map(own.map(([name, entry]) => [name, entry.version]));
}

function install() {
  say('installing packages, once …');
  // A lock that does not fit this npm or platform is no reason to stop; only the second failure is told.
  if (npm('ci', 'ignore') || npm('install', 'inherit')) return true;
  say('the packages could not be installed; see the lines above.');
  return false;
}

function npm(command, errors) {
  const args = [command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const cli = process.env.npm_execpath;
  const isNpm = cli !== undefined && /npm-cli\.[cm]?js$/.test(cli);
  const [program, before] = isNpm ? [process.execPath, [cli]] : ['npm', []];
  return run(program, [...before, ...args], ['ignore', 'ignore', errors]);
}

function isBuilt() {
  const builtMs = modifiedMs(BUILT);
  if (builtMs === 0 || modifiedMs(SNAPSHOT_KEY) < modifiedMs(COMPILED)) return false;
  const inputs = ['tsconfig.json', 'package.json'].map((name) => path.join(ROOT, name));
  return (
    inputs.every((file) => modifiedMs(file) <= builtMs) &&
    !hasNewer(path.join(ROOT, 'src'), builtMs)
  );
}

/** Whether a file below `folder`, or a folder whose entries changed, is newer. */
function hasNewer(folder, thanMs) {
  if (modifiedMs(folder) > thanMs) return true;
  return fs.readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? hasNewer(file, thanMs) : modifiedMs(file) > thanMs;
  });
}

function build() {
  say('building …');
  const startedMs = Date.now();
  const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  // The compiler lists its errors on standard output, which is for results.
  const kernels = path.join(ROOT, 'scripts', 'build-kernels.mjs');
  const snapshot = path.join(ROOT, 'scripts', 'build-language-snapshot.mjs');
  const isDone = [[tsc, '-p', ROOT], [kernels], [snapshot]].every((args) =>
    run(process.execPath, args, ['ignore', process.stderr, 'inherit']),
  );
  if (!isDone) {
    say('the build failed; see the lines above.');
    return false;
  }
  fs.mkdirSync(path.dirname(BUILT), { recursive: true });
  fs.writeFileSync(BUILT, '');
  fs.utimesSync(BUILT, startedMs / 1000, startedMs / 1000);
  return true;
}

function run(program, args, stdio) {
  return spawnSync(program, args, { cwd: ROOT, stdio }).status === 0;
}

function modifiedMs(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function say(text) {
  process.stderr.write(`tspark: ${text}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problem = nodeProblem();
  if (problem !== null) say(problem);
  process.exitCode = problem === null ? setUp() : 1;
}
