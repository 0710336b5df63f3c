// Where a module specifier of a cell or script leads: a TypeScript file of the user's, a JavaScript file, JSON, a
// builtin, or tspark itself. Used on the main thread and on the language service; must not load `typescript`.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type ResolvedModule =
  | { readonly kind: 'builtin'; readonly specifier: string }
  | { readonly kind: 'typescript'; readonly path: string }
  | { readonly kind: 'javascript'; readonly path: string; readonly isEsm: boolean }
  | { readonly kind: 'json'; readonly path: string }
  /** `tspark`: the instance that runs the shell. */
  | { readonly kind: 'self' };

const TYPESCRIPT = /\.(?:ts|mts|cts|tsx)$/;
const EXTENSIONS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.json'];
/** `import './x.js'` may mean the source `x.ts`, as TypeScript reads it. */
const SOURCE_OF: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/** Resolves a specifier for the module at `basePath`; throws Node's own error where nothing is found. */
export function resolveModule(specifier: string, basePath: string): ResolvedModule {
  if (specifier === 'tspark') return { kind: 'self' };
  if (isBuiltin(specifier)) return { kind: 'builtin', specifier };
  if (specifier.startsWith('file:'))
    return resolvePath(fileURLToPath(specifier), specifier, basePath);
  if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..') {
    return resolvePath(path.resolve(path.dirname(basePath), specifier), specifier, basePath);
  }
  return describe(resolvePackage(specifier, basePath));
}

function resolvePath(target: string, specifier: string, basePath: string): ResolvedModule {
  for (const candidate of candidates(target)) if (isFile(candidate)) return describe(candidate);
  // A folder with a package.json, or nothing at all: Node says what it says.
  try {
    return describe(createRequire(basePath).resolve(target));
  } catch {
    const error = new Error(`Cannot find module '${specifier}' from ${path.dirname(basePath)}`);
    throw Object.assign(error, { code: 'MODULE_NOT_FOUND' });
  }
}

function candidates(target: string): string[] {
  const extension = path.extname(target);
  const stem = target.slice(0, target.length - extension.length);
  const sources = (SOURCE_OF[extension] ?? []).map((source) => stem + source);
  return [
    target,
    ...sources,
    ...EXTENSIONS.map((end) => target + end),
    ...EXTENSIONS.map((end) => path.join(target, `index${end}`)),
  ];
}

function describe(file: string): ResolvedModule {
  if (isBuiltin(file)) return { kind: 'builtin', specifier: file };
  if (TYPESCRIPT.test(file) && !file.endsWith('.d.ts')) return { kind: 'typescript', path: file };
  if (file.endsWith('.json')) return { kind: 'json', path: file };
  return { kind: 'javascript', path: file, isEsm: isEsmFile(file) };
}

function resolvePackage(specifier: string, basePath: string): string {
  const require = createRequire(basePath);
  try {
    return require.resolve(specifier);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    const file = resolveImportOnly(specifier, require.resolve.paths(specifier) ?? []);
    if (file === null) throw error;
    return file;
  }
}

/** A package whose `exports` have nothing for `require`: reads the `import` condition. */
function resolveImportOnly(specifier: string, folders: readonly string[]): string | null {
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier) ?? [];
  for (const folder of folders) {
    const root = path.join(folder, name ?? '');
    const manifest = path.join(root, 'package.json');
    if (!existsSync(manifest)) continue;
    const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: unknown };
    const target = exportTarget(exports, `.${rest ?? ''}`);
    return target === null ? null : path.join(root, target);
  }
  return null;
}

function exportTarget(exports: unknown, subpath: string): string | null {
  if (typeof exports === 'string') return subpath === '.' ? exports : null;
  if (typeof exports !== 'object' || exports === null) return null;
  const table = exports as Record<string, unknown>;
  const hasSubpaths = Object.keys(table).some((key) => key.startsWith('.'));
  if (!hasSubpaths) return subpath === '.' ? conditionTarget(table) : null;
  if (subpath in table) return conditionTarget(table[subpath]);
  for (const [pattern, value] of Object.entries(table)) {
    const star = pattern.indexOf('*');
    if (star < 0 || !subpath.startsWith(pattern.slice(0, star))) continue;
    const tail = pattern.slice(star + 1);
    if (!subpath.endsWith(tail)) continue;
    const middle = subpath.slice(star, subpath.length - tail.length);
    return conditionTarget(value)?.replaceAll('*', middle) ?? null;
  }
  return null;
}

function conditionTarget(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return null;
  for (const [condition, target] of Object.entries(value)) {
    if (!['node', 'import', 'default'].includes(condition)) continue;
    const found = conditionTarget(target);
    if (found !== null) return found;
  }
  return null;
}

function isEsmFile(file: string): boolean {
  if (file.endsWith('.mjs')) return true;
  if (!file.endsWith('.js')) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest)) {
      return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module';
    }
    if (path.basename(folder) === 'node_modules' || folder === path.dirname(folder)) return false;
  }
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The URL that `import()` takes for a file. */
export function urlOf(file: string): string {
  return pathToFileURL(file).href;
}
