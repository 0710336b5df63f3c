// Loads the modules that payloads name, in the thread that revives. Imports nothing of tspark but its errors.
import { createRequire, isBuiltin } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { ClosureError } from '../errors.js';

/**
 * Loads modules by specifier (`node:fs`, a file URL). Every module is given as its namespace:
 * the exports of a CommonJS module are its `default`.
 */
export async function loadModules(
  specifiers: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  const loaded = await Promise.all(
    specifiers.map(async (specifier) => [specifier, await loadModule(specifier)] as const),
  );
  return new Map(loaded);
}

async function loadModule(specifier: string): Promise<Record<string, unknown>> {
  try {
    return (await import(specifier)) as Record<string, unknown>;
  } catch (error) {
    if (!specifier.startsWith('file:')) throw cannotLoad(specifier, error);
    return requireModule(specifier, error);
  }
}

/** What only `require` loads: JSON, native add-ons, extensions that a require hook understands. */
function requireModule(url: string, importError: unknown): Record<string, unknown> {
  try {
    return asNamespace(createRequire(url)(fileURLToPath(url)));
  } catch {
    throw cannotLoad(url, importError);
  }
}

function cannotLoad(specifier: string, cause: unknown): ClosureError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ClosureError(
    'CLOSURE-501',
    `a worker cannot load the module ${specifier} that a function uses: ${reason}. Install it where the workers run, or do not use it inside the function.`,
    { cause, details: { specifier } },
  );
}

/**
 * Loads a module at once, for what is revived in the middle of a task (the value of a broadcast).
 * Modules with top-level await cannot be loaded so: `loadModules` beforehand can.
 */
export function loadModuleNow(specifier: string): Record<string, unknown> {
  if (!specifier.startsWith('file:')) {
    const builtin = process.getBuiltinModule(specifier) as unknown;
    if (builtin === undefined) throw cannotLoad(specifier, 'Node has no such module');
    return asNamespace(builtin);
  }
  try {
    return asNamespace(createRequire(specifier)(fileURLToPath(specifier)));
  } catch (error) {
    throw cannotLoad(specifier, error);
  }
}

/** What `import` would give for what `require` gave: the exports by name, and all of them as `default`. */
function asNamespace(exports: unknown): Record<string, unknown> {
  if (types.isModuleNamespaceObject(exports)) return exports as unknown as Record<string, unknown>;
  const isObject =
    (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
  const whole = { value: exports, enumerable: true };
  return Object.create(isObject ? exports : null, { default: whole }) as Record<string, unknown>;
}

/** `import()` for a function that stood in the file: relative specifiers and packages are looked up from there. */
export function importFrom(file: string): (specifier: string) => Promise<unknown> {
  return async (specifier) => import(resolveFrom(file, String(specifier)));
}

function resolveFrom(file: string, specifier: string): string {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, pathToFileURL(file)).href;
  if (isBuiltin(specifier) || /^[a-z]+:/.test(specifier)) return specifier;
  try {
    return pathToFileURL(createRequire(file).resolve(specifier)).href;
  } catch {
    return specifier;
  }
}
