// The TypeScript language service over virtual files, one a cell, beside the user's real ones. Language thread.
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

export class Checker {
  readonly service: ts.LanguageService;
  readonly #options: ts.CompilerOptions;
  readonly #packageTypes: string;
  readonly #cwd: string;
  readonly #host: ts.LanguageServiceHost;
  readonly #registry: ts.DocumentRegistry;
  readonly #virtual = new Map<string, VirtualFile>();
  /** Snapshots of files on disk; those under node_modules and the libraries are read once. */
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
    this.#registry = ts.createDocumentRegistry();
    this.#host = this.#createHost();
    this.service = ts.createLanguageService(this.#host, this.#registry);
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
   * The declaration files that every program needs. Parsing them one by one beforehand lets the thread answer
   * in between: the registry keeps the result for the first program.
   */
  libraryFiles(): string[] {
    const found = new Set<string>();
    const visit = (fileName: string): void => {
      if (found.has(fileName)) return;
      const text = ts.sys.readFile(fileName);
      if (text === undefined) return;
      found.add(fileName);
      const references = ts.preProcessFile(text, true);
      for (const { fileName: lib } of references.libReferenceDirectives) {
        visit(path.join(path.dirname(libraryPath()), `lib.${lib.toLowerCase()}.d.ts`));
      }
      for (const { fileName: other } of references.referencedFiles) {
        visit(path.join(path.dirname(fileName), other));
      }
      for (const { fileName: other } of references.importedFiles) {
        if (!other.startsWith('.')) continue;
        visit(path.join(path.dirname(fileName), `${other.replace(/\.js$/, '')}.d.ts`));
      }
    };
    visit(path.join(path.dirname(libraryPath()), 'lib.es2023.d.ts'));
    for (const root of this.#options.typeRoots ?? []) visit(path.join(root, 'node', 'index.d.ts'));
    visit(this.#packageTypes);
    return [...found];
  }

  preparse(fileName: string): void {
    const version = this.#scriptVersion(fileName);
    const snapshot = this.#snapshot(fileName);
    if (snapshot === undefined) return;
    // With the host, not the options alone: the module format of a file is part of the key it is found by again.
    this.#registry.acquireDocument(fileName, this.#host, snapshot, version, ts.ScriptKind.TS);
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
    const text = ts.sys.readFile(fileName);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.#disk.set(fileName, { version, snapshot });
    return snapshot;
  }
}

function libraryPath(): string {
  return ts.getDefaultLibFilePath({ target: ts.ScriptTarget.ES2022 });
}

function isStable(fileName: string): boolean {
  return fileName.includes('/node_modules/') || fileName.endsWith('.d.ts');
}
