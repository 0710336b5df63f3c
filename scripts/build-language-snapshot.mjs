// Makes the snapshot that the shell's language process starts from (`dist/language-<Node's version>.blob`): the compiler
// loaded, the declarations parsed, the first questions of a session asked once. Without it the shell works as well, but
// its type checker takes seconds to start. `node scripts/build-language-snapshot.mjs`
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SNAPSHOT, SNAPSHOT_FLAGS } from '../dist/shell/language/snapshot-file.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(ROOT, 'dist');
const SCRIPT = path.join(ROOT, 'scripts/language-snapshot.cjs');
/** What the snapshot was made from; there, too, where none could be made. */
const KEY = SNAPSHOT.replace(/blob$/, 'key');
const PACKAGES = ['typescript', '@types/node', 'ts-node'];

/** What decides how the snapshot comes out. */
function currentKey() {
  const hash = createHash('sha256').update(process.execPath);
  const own = fs.readdirSync(DIST, { recursive: true }).filter(isInput).sort();
  const packages = PACKAGES.map((name) => `node_modules/${name}/package.json`);
  for (const file of [...own.map((name) => path.join('dist', name)), ...packages, SCRIPT]) {
    hash.update(file).update(fs.readFileSync(path.resolve(ROOT, file)));
  }
  return hash.digest('hex');
}

function isInput(name) {
  return (
    name.endsWith('.d.ts') || (name.endsWith('.js') && /^shell.(?:language|editor)./.test(name))
  );
}

function make() {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const part = `${SNAPSHOT}.part`;
  const args = [...SNAPSHOT_FLAGS, '--snapshot-blob', part, '--build-snapshot', SCRIPT];
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status === 0) {
    fs.renameSync(part, SNAPSHOT);
    return;
  }
  fs.rmSync(part, { force: true });
  fs.rmSync(SNAPSHOT, { force: true });
  process.stderr.write(
    `tspark: no snapshot for the type checker, which will start slower:\n${stderr}\n`,
  );
}

const key = currentKey();
const known = fs.existsSync(KEY) ? fs.readFileSync(KEY, 'utf8') : null;
if (known !== key) make();
// Newer than the build it belongs to.
else if (fs.existsSync(SNAPSHOT)) fs.utimesSync(SNAPSHOT, new Date(), new Date());
fs.writeFileSync(KEY, key);
