// The compiler options of the prompt: strict, but not where a prompt would only be in the way. Language service.
import { createRequire } from 'node:module';
import path from 'node:path';
import ts = require('typescript');

/** Packages of tspark's own, not of the user's. */
const requireOwn = createRequire(import.meta.url);

/** The folder that holds `@types/node`, which comes with tspark, whatever the user's folder has. */
function ownTypeRoot(): string {
  return path.dirname(path.dirname(requireOwn.resolve('@types/node/package.json')));
}

export function checkerOptions(packageTypes: string): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    esModuleInterop: true,
    strict: true,
    // With it `const xs = []` is a list that takes anything; what it would complain of is not told: see diagnostics.ts.
    noImplicitAny: true,
    useUnknownInCatchVariables: false,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [ownTypeRoot()],
    paths: { tspark: [packageTypes] },
  };
}

/** Options for ts-node, as a `tsconfig.json` would say them. */
export function transpileOptions(overrides: Record<string, unknown>): Record<string, unknown> {
  return {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    esModuleInterop: true,
    strict: true,
    // The prompt is sloppy, as every REPL: `alwaysStrict` would also forbid `x = 1` inside a function.
    alwaysStrict: false,
    isolatedModules: true,
    removeComments: false,
    types: [],
    ...overrides,
  };
}
