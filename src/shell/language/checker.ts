// The TypeScript language service over virtual files, one a cell, beside the user's real ones. Language service.
// Knows nothing of implicit await or of what a cell is.
import { statSync } from 'node:fs';
import path from 'node:path';
import ts = require('typescript');
import { checkerOptions } from './compiler-options.js';

interface VirtualFile {
  readonly version: number;
  readonly snapshot: ts.IScriptSnapshot;
}

export interface Checked {
  readonly file: ts.SourceFile;
  readonly checker: ts.TypeChecker;
}

/**
 * Parsed files, for all checkers of this heap: a process that starts from a snapshot finds the declarations of the
 * language, of Node and of tspark here.
 */
const registry = ts.createDocumentRegistry();
/** Texts of files that do not change while the shell runs: those under node_modules and the libraries. */
const stableTexts = new Map<string, ts.IScriptSnapshot>();

/**
 * Where the imports of such files lead, by file and specifier. The compiler would look for each of them anew whenever
 * another cell is the root.
 */
const stableResolutions = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();

export class Checker {
  readonly service: ts.LanguageService;
  readonly #options: ts.CompilerOptions;
  readonly #packageTypes: string;
  readonly #cwd: string;
  readonly #host: ts.LanguageServiceHost;
  readonly #virtual = new Map<string, VirtualFile>();
  /** The user's files on disk. */
  readonly #disk = new Map<
    string,
    { readonly version: string; readonly snapshot: ts.IScriptSnapshot }
  >();
  /** Only the newest cell is a root: it pulls in the cells it uses, so the cost does not grow with the session. */
  #root: string | null = null;
  #version = 0;

  constructor(cwd: string, packageTypes: string) {
    this.#cwd = cwd;
    this.#packageTypes = packageTypes;
    this.#options = checkerOptions(packageTypes);
    this.#host = this.#createHost();
    this.service = ts.createLanguageService(this.#host, registry);
  }

  /** Changes with every text that is set or removed. */
  get version(): number {
    return this.#version;
  }

  /** Sets the text of a virtual file and makes it the root. */
  setRoot(fileName: string, text: string): void {
    this.setFile(fileName, text);
    this.#root = fileName;
  }

  setFile(fileName: string, text: string): void {
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.#virtual.set(fileName, { version: ++this.#version, snapshot });
  }

  removeFile(fileName: string): void {
    this.#virtual.delete(fileName);
    this.#version++;
    if (this.#root === fileName) this.#root = null;
  }

  /** A program with the root as it stands, and its checker. */
  check(fileName: string): Checked {
    const program = this.service.getProgram();
    const file = program?.getSourceFile(fileName);
    if (program === undefined || file === undefined) throw new Error(`no program for ${fileName}`);
    return { file, checker: program.getTypeChecker() };
  }

  diagnostics(fileName: string): readonly ts.Diagnostic[] {
    return [
      ...this.service.getSyntacticDiagnostics(fileName),
      ...this.service.getSemanticDiagnostics(fileName),
    ];
  }

  /**
   * Parses the declaration files that every program needs, one a step, so that the thread can answer in between: the
   * registry keeps them for the first program.
   */
  *preparse(): Generator<void, void> {
    const folder = path.dirname(libraryPath());
    const roots = (this.#options.typeRoots ?? []).map((root) => path.join(root, 'node/index.d.ts'));
    const found = new Set([path.join(folder, 'lib.es2023.d.ts'), ...roots, this.#packageTypes]);
    // A set goes on to what is added while it is gone through.
    for (const fileName of found) {
      const file = this.#parse(fileName);
      if (file === null) continue;
      for (const lib of file.libReferenceDirectives) {
        found.add(path.join(folder, `lib.${lib.fileName.toLowerCase()}.d.ts`));
      }
      for (const other of neighboursOf(file)) found.add(path.join(path.dirname(fileName), other));
      yield;
    }
  }

  #parse(fileName: string): ts.SourceFile | null {
    const version = this.#scriptVersion(fileName);
    const snapshot = this.#snapshot(fileName);
    if (snapshot === undefined) return null;
    // With the host, not the options alone: the module format of a file is part of the key it is found by again.
    return registry.acquireDocument(fileName, this.#host, snapshot, version, ts.ScriptKind.TS);
  }

  #createHost(): ts.LanguageServiceHost {
    return {
      getCompilationSettings: () => this.#options,
      getScriptFileNames: () => (this.#root === null ? [] : [this.#root]),
      getScriptVersion: (fileName) => this.#scriptVersion(fileName),
      getScriptSnapshot: (fileName) => this.#snapshot(fileName),
      getCurrentDirectory: () => this.#cwd,
      getDefaultLibFileName: () => libraryPath(),
      fileExists: (fileName) => this.#virtual.has(fileName) || ts.sys.fileExists(fileName),
      readFile: (fileName) => ts.sys.readFile(fileName),
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      readDirectory: ts.sys.readDirectory,
      realpath: ts.sys.realpath,
      resolveModuleNameLiterals: (literals, fileName, redirected, options, file) =>
        literals.map((literal) => {
          const mode = ts.getModeForUsageLocation(file, literal, options);
          const resolve = () =>
            ts.resolveModuleName(
              literal.text,
              fileName,
              options,
              this.#host,
              undefined,
              redirected,
              mode,
            );
          return isStable(fileName)
            ? remembered(stableResolutions, `${fileName}\0${mode}\0${literal.text}`, resolve)
            : resolve();
        }),
    };
  }

  #scriptVersion(fileName: string): string {
    const virtual = this.#virtual.get(fileName);
    if (virtual !== undefined) return String(virtual.version);
    if (isStable(fileName)) return '1';
    try {
      return String(statSync(fileName).mtimeMs);
    } catch {
      return 'missing';
    }
  }

  #snapshot(fileName: string): ts.IScriptSnapshot | undefined {
    const virtual = this.#virtual.get(fileName);
    if (virtual !== undefined) return virtual.snapshot;
    const version = this.#scriptVersion(fileName);
    const known = this.#disk.get(fileName);
    if (known !== undefined && known.version === version) return known.snapshot;
    const stable = stableTexts.get(fileName);
    if (stable !== undefined) return stable;
    const text = ts.sys.readFile(fileName);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    if (isStable(fileName)) stableTexts.set(fileName, snapshot);
    else this.#disk.set(fileName, { version, snapshot });
    return snapshot;
  }
}

/** Files that a declaration file refers to or takes types from by a relative path. */
function neighboursOf(file: ts.SourceFile): string[] {
  const imported = file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const from = statement.moduleSpecifier;
    const isRelative = from !== undefined && ts.isStringLiteral(from) && from.text.startsWith('.');
    return isRelative ? [`${from.text.replace(/\.js$/, '')}.d.ts`] : [];
  });
  return [...file.referencedFiles.map(({ fileName }) => fileName), ...imported];
}

function libraryPath(): string {
  return ts.getDefaultLibFilePath({ target: ts.ScriptTarget.ES2022 });
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

function isStable(fileName: string): boolean {
  return fileName.includes('/node_modules/') || fileName.endsWith('.d.ts');
}
