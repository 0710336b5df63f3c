// Packages of Node that only some stages need: they follow the application when the first of these is made, into the
// folder beside the worker's program where Node looks for packages. Driver only.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packArchive } from './worker-package.js';

const PACKAGES = 'node_modules';

/** An archive with a package and all it depends on; the path of Spark's addArchive. */
export function packageArchive(folder: string, name: string): string {
  const found = new Map<string, string>();
  collect(name, createRequire(import.meta.url).resolve.paths(name) ?? [], found);
  const archive = join(folder, `${name.replaceAll('/', '-')}.tgz`);
  packArchive(
    archive,
    [...found].flatMap(([each, root]) => ['-C', root, each]),
  );
  return `${archive}#${PACKAGES}`;
}

/** Notes the folder that holds each package, the nearest of those given. What is not installed is optional. */
function collect(name: string, roots: readonly string[], found: Map<string, string>): void {
  const root = roots.find((each) => existsSync(join(each, name, 'package.json')));
  if (root === undefined || found.has(name)) return;
  found.set(name, root);
  const text = readFileSync(join(root, name, 'package.json'), 'utf8');
  const { dependencies, optionalDependencies } = JSON.parse(text) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  };
  const own = [join(root, name, PACKAGES), ...roots];
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies }))
    collect(needed, own, found);
}
