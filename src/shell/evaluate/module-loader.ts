// Loads what cells import: packages, builtins, JSON, tspark itself, and the user's TypeScript modules once the language
// thread has compiled them. Main thread.
import { createRequire } from 'node:module';
import { types } from 'node:util';
import { UsageError } from '../../errors.js';
import type { LanguageClient } from '../language/client.js';
import { resolveModule, urlOf } from '../language/resolve-module.js';
import type { SourceRegistry } from './source-registry.js';

type Namespace = Record<string, unknown>;

export interface ModuleLoaderOptions {
  readonly language: Pick<LanguageClient, 'compileModule'>;
  readonly sources: SourceRegistry;
  /** The module that `tspark` means: the instance that runs the shell. */
  readonly packageUrl: string;
}

export class ModuleLoader {
  readonly #options: ModuleLoaderOptions;

  constructor(options: ModuleLoaderOptions) {
    this.#options = options;
  }

  /** The namespace of a module, as TypeScript's `esModuleInterop` sees it. */
  async import(specifier: string, basePath: string): Promise<Namespace> {
    const target = resolveModule(specifier, basePath);
    switch (target.kind) {
      case 'self':
        return (await import(this.#options.packageUrl)) as Namespace;
      case 'builtin':
        return (await import(target.specifier)) as Namespace;
      case 'typescript':
        return this.#importTypeScript(target.path);
      case 'json':
        return withDefault(createRequire(basePath)(target.path));
      case 'javascript':
        return importJavaScript(target.path, target.isEsm);
    }
  }

  async #importTypeScript(file: string): Promise<Namespace> {
    const { language, sources } = this.#options;
    const compiled = await language.compileModule(file);
    if (compiled.state === 'error') {
      const first = compiled.diagnostics[0];
      const where = first === undefined ? '' : `, line ${first.line}, column ${first.column}`;
      throw new UsageError(
        'SHELL-101',
        `Cannot import ${compiled.path}${where}: ${first?.message ?? 'it cannot be compiled'} Mend the file and import it again.`,
        { details: { path: compiled.path, diagnostics: compiled.diagnostics } },
      );
    }
    for (const module of compiled.modules) sources.addModule(module);
    const { url } = compiled.modules.at(-1)!;
    return (await import(url)) as Namespace;
  }
}

async function importJavaScript(file: string, isEsm: boolean): Promise<Namespace> {
  if (isEsm) return (await import(urlOf(file))) as Namespace;
  try {
    return withDefault(createRequire(file)(file));
  } catch (error) {
    // The file is an ES module after all; Node knows better than its name.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_REQUIRE_ESM') throw error;
    return (await import(urlOf(file))) as Namespace;
  }
}

/** What `require` gave, as a namespace: all its properties, and itself as the default. */
function withDefault(exports: unknown): Namespace {
  if (types.isModuleNamespaceObject(exports)) return exports as Namespace;
  const isObject =
    (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
  if (!isObject) return { default: exports };
  const table = exports as Namespace;
  if (table.__esModule === true) return table;
  return Object.assign(Object.create(null) as Namespace, table, { default: exports });
}
