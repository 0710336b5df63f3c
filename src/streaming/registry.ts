// The outputs of a context, as they are added and closed. Driver only.
import { type OutputSpec, StreamOutput } from './output.js';

export class OutputRegistry {
  #outputs: StreamOutput[] = [];
  #nextId = 0;
  #version = 0;
  #rememberMs = 0;
  readonly #onClose: (output: StreamOutput) => void;

  /** `onClose` hears of outputs that were closed. */
  constructor(onClose: (output: StreamOutput) => void) {
    this.#onClose = onClose;
  }

  /** Outputs that are not closed, in the order they were declared. */
  get outputs(): readonly StreamOutput[] {
    return this.#outputs;
  }

  /** Grows whenever outputs or what is remembered change. */
  get version(): number {
    return this.#version;
  }

  /** At least so long are the RDDs of all streams kept. */
  get rememberMs(): number {
    return this.#rememberMs;
  }

  set rememberMs(ms: number) {
    this.#rememberMs = ms;
    this.#version++;
  }

  /** An output that is not in the list yet. */
  make(spec: OutputSpec): StreamOutput {
    return new StreamOutput(this.#nextId++, spec, (closed) => {
      this.#outputs = this.#outputs.filter((other) => other !== closed);
      this.#version++;
      this.#onClose(closed);
    });
  }

  add(output: StreamOutput): void {
    this.#outputs.push(output);
    this.#version++;
  }
}
