// Which room may import which: the order is read from docs/architecture.md, so text and check cannot differ.
// Also: no cycles (type-only imports count), no barrels but src/index.ts, and a light thread entry.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { conclude, fromRules, isProgram } from './report.mjs';
import { importsOf, listFiles, parseFile, ROOT } from './source-tree.mjs';

/** Files a worker thread starts with, and what they must never load at start. */
const THREAD_ENTRIES = [/^src\/workers\/(thread-)?entry\.ts$/, /^src\/workers\/thread[^/]*\.ts$/];
const HEAVY_PACKAGES = ['typescript', 'ts-node', 'chalk', 'yargs', 'cli-table3', 'acorn'];
const FOREIGN_ROOMS = ['shell', 'streaming', 'rdd', 'context'];
/** The public list imports everything. */
const PUBLIC_LIST = 'src/index.ts';

/** Checks the source tree below `root`. */
export function check(root = ROOT) {
  const files = listFiles('src', '.ts', root);
  const graph = new Map(files.map((file) => [file, readImports(file, files, root)]));
  const levels = readLevels(readFileSync(path.join(root, 'docs/architecture.md'), 'utf8'));
  const edges = [...graph.values()].reduce((sum, list) => sum + list.length, 0);
  const rules = {
    'every room has a place': roomsWithoutPlace(files, levels),
    'imports go from later to earlier rooms': wrongDirections(graph, levels),
    'no circle of rooms': roomCycles(graph, levels),
    'no circle of files': fileCycles(graph),
    'no barrels': barrels(files, root),
    'threads start light': heavyEntries(graph),
  };
  return fromRules('imports', rules, `${files.length} files, ${edges} imports`);
}

/** `Map` room → level, from the line of backticked names joined by arrows. */
export function readLevels(text) {
  const line = text
    .split('\n')
    .find((candidate) => candidate.startsWith('`') && candidate.includes('←'));
  if (line === undefined) throw new Error('docs/architecture.md has no line of rooms joined by ←');
  const levels = new Map();
  line.split('←').forEach((part, level) => {
    for (const [, names] of part.matchAll(/`([^`]+)`/g)) {
      for (const name of names.split(',')) levels.set(name.trim(), level);
    }
  });
  return levels;
}

function roomOf(file) {
  return file.split('/')[1].replace(/\.ts$/, '');
}

function readImports(file, files, root) {
  return importsOf(parseFile(file, root)).map((found) => {
    if (!found.specifier.startsWith('.')) return { ...found, target: null };
    const joined = path.posix
      .join(path.posix.dirname(file), found.specifier)
      .replace(/\.js$/, '.ts');
    return { ...found, target: files.includes(joined) ? joined : null };
  });
}

function roomsWithoutPlace(files, levels) {
  const rooms = new Set(files.filter((file) => file !== PUBLIC_LIST).map(roomOf));
  return [...rooms]
    .filter((room) => !levels.has(room))
    .map((room) => `src/${room} has no place in the order of rooms in docs/architecture.md`);
}

function* internalEdges(graph) {
  for (const [file, imports] of graph) {
    if (file === PUBLIC_LIST) continue;
    for (const found of imports) {
      if (found.target !== null) yield { file, ...found };
    }
  }
}

function wrongDirections(graph, levels) {
  const wrong = [];
  for (const { file, target, line } of internalEdges(graph)) {
    if (target === PUBLIC_LIST && roomOf(file) !== 'shell') {
      wrong.push(`${file}:${line} imports the public list ${PUBLIC_LIST}`);
      continue;
    }
    if (
      (levels.get(roomOf(target)) ?? 0) > (levels.get(roomOf(file)) ?? Number.POSITIVE_INFINITY)
    ) {
      wrong.push(
        `${file}:${line} imports ${target}: ${roomOf(file)} comes before ${roomOf(target)}`,
      );
    }
  }
  return wrong;
}

/** Rooms of one level may use each other in one direction only. */
function roomCycles(graph, levels) {
  const edges = new Map();
  for (const { file, target } of internalEdges(graph)) {
    const [from, to] = [roomOf(file), roomOf(target)];
    if (from === to || levels.get(from) !== levels.get(to)) continue;
    if (!edges.has(from)) edges.set(from, new Map());
    if (!edges.get(from).has(to)) edges.get(from).set(to, `${file} → ${target}`);
  }
  const cycles = findCycles([...edges.keys()], (room) => edges.get(room)?.keys() ?? []);
  return cycles.map((cycle) => {
    const places = cycle.slice(1).map((room, i) => edges.get(cycle[i]).get(room));
    return `rooms in a circle: ${cycle.join(' → ')} (${places.join(', ')})`;
  });
}

function fileCycles(graph) {
  const targets = (file) => (graph.get(file) ?? []).flatMap((found) => found.target ?? []);
  return findCycles([...graph.keys()], targets).map(
    (cycle) => `files in a circle: ${cycle.join(' → ')}`,
  );
}

/** One cycle for each strongly connected group, found depth first, as `[a, b, …, a]`. */
function findCycles(nodes, next) {
  const state = new Map();
  const cycles = [];
  const walk = (node, trail) => {
    state.set(node, 'open');
    for (const other of next(node)) {
      if (state.get(other) === 'open') cycles.push([...trail.slice(trail.indexOf(other)), other]);
      else if (!state.has(other)) walk(other, [...trail, other]);
    }
    state.set(node, 'done');
  };
  for (const node of nodes) if (!state.has(node)) walk(node, [node]);
  return cycles;
}

function barrels(files, root) {
  return files
    .filter((file) => file !== PUBLIC_LIST)
    .flatMap((file) => {
      const source = parseFile(file, root);
      const reexports = importsOf(source).filter((found) => found.reexport);
      if (file.endsWith('/index.ts')) return [`${file} is a barrel by its name`];
      if (reexports.some((found) => found.star)) return [`${file} re-exports a whole module`];
      if (reexports.length > 0 && reexports.length === source.statements.length) {
        return [`${file} does nothing but re-export`];
      }
      return [];
    });
}

function heavyEntries(graph) {
  const entries = [...graph.keys()].filter((file) =>
    THREAD_ENTRIES.some((pattern) => pattern.test(file)),
  );
  if (entries.length === 0) return ['no thread entry found in src/workers'];
  return entries.flatMap((entry) => heavyLoads(entry, graph));
}

/** What an entry loads when it starts: imports of values, followed through the tree; `import()` comes later. */
function heavyLoads(entry, graph) {
  const cameFrom = new Map([[entry, null]]);
  const failures = [];
  for (const file of cameFrom.keys()) {
    for (const found of graph.get(file) ?? []) {
      if (found.typeOnly || found.dynamic) continue;
      const packageName = found.specifier.replace(/^((?:@[^/]+\/)?[^/]+).*$/, '$1');
      if (found.target === null && HEAVY_PACKAGES.includes(packageName)) {
        failures.push(`a thread loads ${packageName} at start: ${trailTo(file, cameFrom)}`);
      }
      if (found.target === null || cameFrom.has(found.target)) continue;
      cameFrom.set(found.target, file);
      if (FOREIGN_ROOMS.includes(roomOf(found.target))) {
        failures.push(
          `a thread loads ${roomOf(found.target)} at start: ${trailTo(found.target, cameFrom)}`,
        );
      }
    }
  }
  return failures;
}

function trailTo(file, cameFrom) {
  const trail = [];
  for (let at = file; at !== null; at = cameFrom.get(at)) trail.unshift(at);
  return trail.join(' → ');
}

if (isProgram(import.meta)) conclude(check());
