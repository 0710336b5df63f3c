// Compiles a user's TypeScript module, and the TypeScript modules it imports, to files that any thread can import.
// Language service. The files lie in a private folder; their names carry a hash of everything they were made from, so
// an edited module is a new module and an unchanged one is compiled once.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Service } from 'ts-node';
import ts = require('typescript');
import { parse, parseErrors } from './completeness.js';
import { readDiagnostic, toDiagnostic } from './diagnostics.js';
import { linkModule, type ModuleLinks } from './link-module.js';
import type { CompiledModule, CompileModuleResult } from './protocol.js';
import { type ResolvedModule, resolveModule, urlOf } from './resolve-module.js';
import { decodeMappings, splitInlineMap } from './source-map.js';
import { stripService } from './transpiler.js';

interface SourceModule {
  readonly path: string;
  readonly text: string;
  /** By specifier as written. */
  readonly imports: ReadonlyMap<string, ResolvedModule>;
}

export class ModuleCompiler {
  readonly #service: Service;
  readonly #packageUrl: string;
  /** By URL of the compiled file. */
  readonly #compiled = new Map<string, CompiledModule>();
  #folder: string | null = null;
  #links: ModuleLinks | null = null;

  /** `packageTypes` lies beside the module that `tspark` means. */
  constructor(cwd: string, packageTypes: string) {
    this.#packageUrl = urlOf(packageTypes.replace(/\.d\.ts$/, '.js'));
    this.#service = stripService(cwd, {
      after: [(context) => (file) => linkModule(this.#links!)(context)(file as ts.SourceFile)],
    });
  }

  compile(entry: string): CompileModuleResult {
    const graph = new Map<string, SourceModule>();
    this.#collect(entry, graph);
    for (const module of graph.values()) {
      const errors = parseErrors(parse(module.text, module.path));
      if (errors.length > 0) return refusal(module, errors);
    }
    const urls = new Map([...graph.keys()].map((file) => [file, this.#urlOf(file, graph)]));
    const order = [...graph.keys()].reverse();
    const modules = order.map((file) => this.#emit(graph.get(file)!, urls));
    return { state: 'ok', modules };
  }

  /** Removes the compiled files. */
  close(): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }

  /** Depth first, the entry before what it imports. */
  #collect(file: string, graph: Map<string, SourceModule>): void {
    if (graph.has(file)) return;
    const text = readFileSync(file, 'utf8');
    const imports = new Map<string, ResolvedModule>();
    graph.set(file, { path: file, text, imports });
    for (const { fileName: specifier } of ts.preProcessFile(text, true, true).importedFiles) {
      const resolved = tryResolve(specifier, file);
      if (resolved === null) continue;
      imports.set(specifier, resolved);
      if (resolved.kind === 'typescript') this.#collect(resolved.path, graph);
    }
  }

  /** A module is named after its own text and that of all modules it reaches. */
  #urlOf(file: string, graph: ReadonlyMap<string, SourceModule>): string {
    const reached = new Set<string>();
    const visit = (current: string): void => {
      if (reached.has(current)) return;
      reached.add(current);
      for (const target of graph.get(current)!.imports.values()) {
        if (target.kind === 'typescript') visit(target.path);
      }
    };
    visit(file);
    const hash = createHash('sha256');
    for (const current of [file, ...[...reached].sort()]) {
      hash.update(current).update('\0').update(graph.get(current)!.text).update('\0');
    }
    const stem = path.basename(file).replace(/\.[cm]?tsx?$/, '');
    const name = `${stem}-${hash.digest('hex').slice(0, 12)}.mjs`;
    this.#folder ??= mkdtempSync(path.join(tmpdir(), 'tspark-modules-'));
    return pathToFileURL(path.join(this.#folder, name)).href;
  }

  #emit(module: SourceModule, urls: ReadonlyMap<string, string>): CompiledModule {
    const url = urls.get(module.path)!;
    const known = this.#compiled.get(url);
    if (known !== undefined) return known;
    this.#links = {
      path: module.path,
      packageUrl: this.#packageUrl,
      resolve: (specifier) => module.imports.get(specifier) ?? tryResolve(specifier, module.path),
      urlOfTypeScript: (file) => urls.get(file) ?? null,
    };
    const { js, mappings } = splitInlineMap(this.#service.compile(module.text, module.path));
    writeFileSync(fileURLToPath(url), `${js}\n`, { mode: 0o600 });
    const compiled = { path: module.path, url, map: decodeMappings(mappings) };
    this.#compiled.set(url, compiled);
    return compiled;
  }
}

function tryResolve(specifier: string, from: string): ResolvedModule | null {
  try {
    return resolveModule(specifier, from);
  } catch {
    // A type-only import of something that is not installed; what is really missing fails when it is loaded.
    return null;
  }
}

function refusal(module: SourceModule, errors: readonly ts.Diagnostic[]): CompileModuleResult {
  const diagnostics = errors.slice(0, 1).flatMap((error) => {
    const read = readDiagnostic(error, (offset) => offset);
    return read === null ? [] : [toDiagnostic(module.text, read, 'error')];
  });
  return { state: 'error', path: module.path, diagnostics };
}
