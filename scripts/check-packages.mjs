// Checks what stands in for `npm audit` where the registry does not answer it: that every package is the one that was
// looked at. Prints how many there are. `node scripts/check-packages.mjs`
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { conclude, fromRules, isProgram } from './report.mjs';
import { ROOT } from './source-tree.mjs';

const EXACT = /^\d+\.\d+\.\d+$/;
/** May run a program when it is installed; none of them is installed with tspark. */
const MAY_INSTALL = ['node_modules/esbuild'];
/** A package that comes without being named here would go unseen. */
const MOST_PACKAGES = { runtime: 80, all: 200 };

/** The dependencies of the project in `root` against the rules. */
export function check(root = ROOT) {
  const read = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  const { dependencies, devDependencies, overrides = {} } = read('package.json');
  const wanted = { ...dependencies, ...devDependencies };
  const locked = Object.entries(read('package-lock.json').packages).filter(([at]) => at !== '');
  const runtime = locked.filter(([, one]) => !one.dev && !one.devOptional);
  const needed = runtime.filter(([, one]) => !one.optional);
  const note = `${Object.keys(dependencies).length} dependencies of tspark and ${Object.keys(devDependencies).length} to build it; with what these need ${needed.length} packages, ${runtime.length - needed.length} optional ones and ${locked.length - runtime.length} to build`;
  return fromRules(
    'packages',
    {
      exact: Object.entries({ ...wanted, ...overrides })
        .filter(([, version]) => !EXACT.test(version))
        .map(([name, version]) => `${name} ${version} is no exact version`),
      locked: Object.entries(wanted)
        .filter(([name, version]) => version !== versionIn(locked, name))
        .map(
          ([name, version]) =>
            `${name} is ${version} here and ${versionIn(locked, name)} in the lock`,
        ),
      checksums: locked
        .filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ''))
        .map(([at]) => `${at} has no sha512 in the lock`),
      sources: locked
        .filter(([, { resolved, link }]) => link || !/^(https:|$)/.test(resolved ?? ''))
        .map(([at]) => `${at} comes from elsewhere than a registry`),
      scripts: locked
        .filter(([at, one]) => one.hasInstallScript && !(one.dev && MAY_INSTALL.includes(at)))
        .map(([at]) => `${at} runs a program when it is installed`),
      installed: installedOtherwise(root, locked),
      few: [
        ...tooMany('that come with tspark', runtime.length, MOST_PACKAGES.runtime),
        ...tooMany('in all', locked.length, MOST_PACKAGES.all),
      ],
    },
    note,
  );
}

function versionIn(locked, name) {
  return locked.find(([at]) => at === `node_modules/${name}`)?.[1].version;
}

function tooMany(which, count, most) {
  return count > most
    ? [`${count} packages ${which}: more than the ${most} that were looked at`]
    : [];
}

/** Packages that are there in another version than the lock says. */
function installedOtherwise(root, locked) {
  return locked.flatMap(([at, { version }]) => {
    const file = path.join(root, at, 'package.json');
    if (!existsSync(file)) return [];
    const present = JSON.parse(readFileSync(file, 'utf8')).version;
    return present === version ? [] : [`${at} is installed as ${present}, locked as ${version}`];
  });
}

if (isProgram(import.meta)) conclude(check());
