// TypeScript to JavaScript through ts-node's API, types stripped and not checked. Language service.
// One ts-node service with our transformers in it; which cell they work on is set for each compilation.
import { createRequire } from 'node:module';
import type { Service } from 'ts-node';
import ts = require('typescript');
import { applyPlan, type CellRewrite } from './apply-plan.js';
import { transpileOptions } from './compiler-options.js';
import { decodeMappings, splitInlineMap } from './source-map.js';
import { shapeStatements } from './statement-shape.js';

/** Packages of tspark's own, not of the user's. */
const requireOwn = createRequire(import.meta.url);

export interface Compiled {
  readonly js: string;
  readonly map: Int32Array;
}

/** Starts a ts-node service that only strips types; `transformers` are asked for at each compilation. */
export function stripService(
  cwd: string,
  transformers: ts.CustomTransformers,
  overrides: Record<string, unknown> = {},
): Service {
  // ts-node is CommonJS; requiring it keeps it from being scanned for named exports.
  const { create } = requireOwn('ts-node') as typeof import('ts-node');
  return create({
    cwd,
    projectSearchDir: cwd,
    skipProject: true,
    transpileOnly: true,
    compiler: requireOwn.resolve('typescript'),
    compilerOptions: transpileOptions(overrides),
    // ts-node types its transformers by the `typescript` it finds itself: the same module.
    transformers: transformers as never,
  });
}

export class CellTranspiler {
  readonly #service: Service;
  #rewrite: CellRewrite | null = null;

  constructor(cwd: string) {
    this.#service = stripService(
      cwd,
      {
        before: [(context) => (file) => applyPlan(this.#current())(context)(file)],
        after: [(context) => (file) => this.#shape(context)(file as ts.SourceFile)],
      },
      // Imports are kept although nothing in the cell uses them: later cells will.
      { verbatimModuleSyntax: true },
    );
  }

  compile(source: string, prefixLength: number, rewrite: CellRewrite): Compiled {
    this.#rewrite = rewrite;
    const output = this.#service.compile(source, `${rewrite.location.directory}/__tspark_cell.ts`);
    const { js, mappings } = splitInlineMap(output);
    return {
      js: `${js.replace(/\nexport \{\};\s*$/, '\n')}`,
      map: decodeMappings(mappings, prefixLength),
    };
  }

  #current(): CellRewrite {
    if (this.#rewrite === null) throw new Error('nothing to compile');
    return this.#rewrite;
  }

  #shape(context: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
    const { location, references } = this.#current();
    const originals = new Map(
      [...references.values()].map((name) => [name, name.replace(/\$1$/, '')]),
    );
    const originalName = (name: string) => originals.get(name) ?? name;
    return shapeStatements({ basePath: location.path, originalName })(context);
  }
}
