// Where compiled programs came from: the user's text and the position map of every cell, script and module by the name
// that stacks show. Main thread.
import { fileURLToPath } from 'node:url';
import { PositionMap } from '../language/position-map.js';
import type { CompiledModule } from '../language/protocol.js';
import type { UserFrame } from './outcome.js';

interface Source {
  /** What the user calls it: `cell-3.ts` or a path. */
  readonly file: string;
  readonly text: string | null;
  readonly map: PositionMap;
}

export class SourceRegistry {
  readonly #byName = new Map<string, Source>();

  /** `name` is the program's name in stacks, `file` the one for the user. */
  addProgram(name: string, file: string, text: string, map: Int32Array): void {
    const source = { file, text, map: new PositionMap(map) };
    // Stacks have a script's URL, frames from tasks its path.
    this.#byName.set(name, source);
    this.#byName.set(file, source);
  }

  addModule({ url, path, map }: CompiledModule): void {
    const source = { file: path, text: null, map: new PositionMap(map) };
    this.#byName.set(url, source);
    this.#byName.set(fileURLToPath(url), source);
  }

  /** The place in the user's text of a place in a program that runs, or null where it is none of the user's. */
  original(name: string, line: number, column: number): UserFrame | null {
    const source = this.#byName.get(name);
    const position = source?.map.original(line, column);
    if (source === undefined || position === null || position === undefined) return null;
    return { functionName: null, file: source.file, ...position };
  }

  /** The user's text behind the name of a cell or script, null for anything else. */
  text(file: string): string | null {
    return this.#byName.get(file)?.text ?? null;
  }
}
