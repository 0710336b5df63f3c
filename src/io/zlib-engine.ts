// zlib, step by step and synchronously, with bounded memory. Runs in workers.
// Node offers whole buffers (gunzipSync) or asynchronous streams; what both are made of is a handle
// with `writeSync`, which is what this file drives. It is not documented, so its shape is checked.
import { InternalError } from '../errors.js';

interface ZlibHandle {
  writeSync(
    flush: number,
    input: Uint8Array,
    inputOffset: number,
    inputLength: number,
    output: Uint8Array,
    outputOffset: number,
    outputLength: number,
  ): void;
  reset(): void;
  close(): void;
  onerror: (message: string, errno: number, code: string) => void;
}

interface ZlibStream {
  readonly _handle: ZlibHandle | null;
  /** After each write: output bytes still free, input bytes still unread. */
  readonly _writeState: Uint32Array;
}

export type ZlibKind = 'gunzip' | 'inflate' | 'gzip' | 'deflate';

const CREATORS = {
  gunzip: 'createGunzip',
  inflate: 'createInflate',
  gzip: 'createGzip',
  deflate: 'createDeflate',
} as const;

/** zlib's Z_NO_FLUSH and Z_FINISH. */
const GO_ON = 0;
const FINISH = 4;

/** What zlib says when data are not what they should be. */
export class ZlibDataError extends Error {}

export class ZlibEngine {
  readonly #handle: ZlibHandle;
  readonly #state: Uint32Array;
  #failure: string | null = null;
  #isClosed = false;

  constructor(kind: ZlibKind) {
    // Loaded here, not with the file: it would cost every worker 2 ms at its start.
    const zlib = process.getBuiltinModule('node:zlib');
    const stream = zlib[CREATORS[kind]]() as unknown as ZlibStream;
    const handle = stream._handle;
    if (typeof handle?.writeSync !== 'function' || !(stream._writeState instanceof Uint32Array)) {
      throw new InternalError(
        'INTERNAL-901',
        `Node ${process.version} offers no synchronous zlib stream; use the Node version that tspark names.`,
      );
    }
    // The stream's own handler would destroy it and report asynchronously.
    handle.onerror = (message) => {
      this.#failure = message;
    };
    this.#handle = handle;
    this.#state = stream._writeState;
  }

  /** Input bytes that the last step left unread. */
  get inputLeft(): number {
    return this.#state[1]!;
  }

  /** Works until the input is used up or the output is full; returns the bytes written. */
  step(input: Uint8Array, output: Uint8Array, isLast: boolean): number {
    const flush = isLast ? FINISH : GO_ON;
    this.#handle.writeSync(flush, input, 0, input.length, output, 0, output.length);
    if (this.#failure !== null) throw new ZlibDataError(this.#failure);
    return output.length - this.#state[0]!;
  }

  /** Makes ready for another stream of the same kind. */
  reset(): void {
    this.#handle.reset();
  }

  close(): void {
    if (!this.#isClosed) this.#handle.close();
    this.#isClosed = true;
  }
}
