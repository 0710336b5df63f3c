// Which file each script of this thread came from. Capturing thread.
// V8 tells a function's script by number only; the list of all scripts costs tens of milliseconds,
// so it is asked for when an ES module or an error makes it necessary.
import { fileURLToPath } from 'node:url';
import type { CallSite } from '../errors.js';
import type { FunctionPlace } from './function-internals.js';
import { inspectorAccess } from './inspector-access.js';

interface ScriptParsed {
  readonly params: { readonly scriptId: string; readonly url: string; readonly isModule?: boolean };
}

/** A function literal given to an operation stands at most this far below the call. */
const MAX_LINES_BELOW = 100;

class ScriptNames {
  readonly #fileById = new Map<string, string>();
  readonly #moduleUrls = new Set<string>();
  #lastListed = -1;

  fileOf(scriptId: string): string | undefined {
    return this.#fileById.get(scriptId);
  }

  /** Whether the list was made after this script was loaded. */
  isListed(scriptId: string): boolean {
    return Number(scriptId) <= this.#lastListed;
  }

  /** The URLs of all ES modules in the list. */
  get moduleUrls(): ReadonlySet<string> {
    return this.#moduleUrls;
  }

  /** A function that stands just below the call it is given to is in the same file. */
  learn(place: FunctionPlace, site: CallSite): void {
    if (this.#fileById.has(place.scriptId)) return;
    const linesBelow = place.line + 1 - site.line;
    const isBelow = linesBelow > 0 || (linesBelow === 0 && place.column + 1 >= site.column);
    if (isBelow && linesBelow <= MAX_LINES_BELOW) this.#fileById.set(place.scriptId, site.file);
  }

  /** Asks V8 for all scripts. */
  list(): void {
    const { session } = inspectorAccess;
    const onScript = ({ params }: ScriptParsed): void => {
      if (params.url !== '') this.#fileById.set(params.scriptId, showUrl(params.url));
      if (params.isModule === true) this.#moduleUrls.add(params.url);
      this.#lastListed = Math.max(this.#lastListed, Number(params.scriptId));
    };
    session.on('Debugger.scriptParsed', onScript as never);
    try {
      inspectorAccess.restartDebugger();
    } finally {
      session.removeListener('Debugger.scriptParsed', onScript as never);
    }
  }
}

function showUrl(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}

export const scriptNames = new ScriptNames();

/** Puts the files' names into frames of `mapUserFrames` that came back from a worker with `script-N`. */
export function nameScripts(frames: readonly string[]): string[] {
  if (frames.some((frame) => frame.includes('script-'))) {
    scriptNames.list();
    inspectorAccess.release();
  }
  return frames.map((frame) =>
    frame.replace(
      /\bscript-(\d+)(?=:\d+:\d+)/,
      (whole, id: string) => scriptNames.fileOf(id) ?? whole,
    ),
  );
}
