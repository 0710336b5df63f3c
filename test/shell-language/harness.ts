// A language thread over a small fake of tspark's declarations, and short ways to give it cells.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LanguageClient } from '#dist/shell/language/client.js';
import type {
  Analysis,
  CompiledCell,
  Diagnostic,
  TypesMode,
} from '#dist/shell/language/protocol.js';

export const FAKE_TYPES = fileURLToPath(new URL('./fixtures/fake-tspark.d.ts', import.meta.url));

export class Cells {
  readonly client: LanguageClient;
  readonly folder: string;
  readonly #types: TypesMode;
  #count = 0;

  constructor(types: TypesMode, warmUp = types !== 'off') {
    this.#types = types;
    this.folder = mkdtempSync(path.join(tmpdir(), 'tspark-test-'));
    this.client = LanguageClient.start({
      cwd: this.folder,
      packageTypes: FAKE_TYPES,
      preloaded: {
        sc: "import('tspark').SparkContext",
        lines: "import('tspark').DStream<string>",
      },
      warmUp,
    });
  }

  analyse(text: string, types = this.#types): Promise<Analysis> {
    return this.client.analyse(text, { types, name: `cell-${++this.#count}.ts` });
  }

  /** Compiles and commits a cell that is expected to be right; gives its JavaScript on one line. */
  async js(text: string, types = this.#types): Promise<string> {
    const cell = await this.ok(text, types);
    return cell.js.replace(/\s+/g, ' ').trim();
  }

  async ok(text: string, types = this.#types): Promise<CompiledCell> {
    const analysis = await this.analyse(text, types);
    if (analysis.state !== 'ok') throw new Error(`${text}: ${JSON.stringify(analysis)}`);
    await this.client.commit(analysis.id);
    return analysis;
  }

  /** The messages of a cell that is expected to be refused. */
  async refused(text: string): Promise<readonly Diagnostic[]> {
    const analysis = await this.analyse(text);
    if (analysis.state !== 'error') throw new Error(`${text}: ${analysis.state}`);
    return analysis.diagnostics;
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
