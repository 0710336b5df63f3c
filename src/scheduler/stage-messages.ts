// What workers are told of a stage. The loops of a program and the batches of a stream run stages that do the same again and
// again: these are named, and neither read, sent nor loaded another time. Driver only.
import type { ClosurePayload } from '../closure/payload.js';
import { readStage } from '../plan/bytes/read-stage.js';
import { withQuickText } from '../plan/quick-text.js';
import type { Stage, StageNode } from '../plan/stage.js';
import { stageText } from '../plan/stage-text.js';
import type { ToWorker } from '../workers/protocol.js';

const MOST_KNOWN = 256;

type StageMessage = Extract<ToWorker, { type: 'stage' | 'same-stage' }>;

/** What a worker knows, as far as it matters here. */
interface Told {
  readonly knownModels: Set<number>;
}

export interface StageMessagesOptions {
  readonly usesBytes: boolean;
  /** Told of a model that is not named any more. */
  readonly onForgotten: (model: number) => void;
}

export class StageMessages {
  readonly #options: StageMessagesOptions;
  /** By what stages do, the number of the model for them, null where there was only one. Used longest ago first. */
  readonly #models = new Map<string, number | null>();
  readonly #functions = new WeakMap<ClosurePayload, number>();
  #nextModel = 0;
  #nextFunction = 0;

  constructor(options: StageMessagesOptions) {
    this.#options = options;
  }

  /** Tells workers of a stage that reads these shuffles: the message for each, which knows the stage from then on. */
  of(stage: Stage, shuffleIds: readonly number[]): (worker: Told) => StageMessage {
    const model = this.#modelOf(stage);
    let whole: StageMessage | null = null;
    return ({ knownModels }) => {
      if (model !== null && knownModels.has(model)) {
        const { id, properties } = stage;
        return { type: 'same-stage', id, properties, shuffleIds, model };
      }
      if (model !== null) knownModels.add(model);
      whole ??= { type: 'stage', stage: this.#ready(stage), shuffleIds, model };
      return whole;
    };
  }

  #modelOf(stage: Stage): number | null {
    const text = stageText(stage, (payload) => this.#functionOf(payload));
    if (text === null) return null;
    const known = this.#models.get(text);
    const model = known === undefined ? null : (known ?? this.#nextModel++);
    this.#models.delete(text);
    this.#models.set(text, model);
    if (this.#models.size > MOST_KNOWN) this.#forgetOldest();
    return model;
  }

  #forgetOldest(): void {
    const [text, model] = this.#models.entries().next().value!;
    this.#models.delete(text);
    if (model !== null) this.#options.onForgotten(model);
  }

  /** The number of a payload: the same function, called at the same place. */
  #functionOf(payload: ClosurePayload): number {
    let number = this.#functions.get(payload);
    if (number === undefined) {
      number = this.#nextFunction++;
      this.#functions.set(payload, number);
    }
    return number;
  }

  /** The stage with its functions in their quickest form, and with what of it can run on bytes. */
  #ready(stage: Stage): Stage {
    if (!this.#options.usesBytes) return stage;
    return { ...stage, nodes: stage.nodes.map(withQuickForm), meaning: readStage(stage) };
  }
}

/** The node with its function in a quicker form where there is one. */
function withQuickForm(node: StageNode): StageNode {
  const { spec } = node;
  if (spec.kind !== 'narrow' || !('fn' in spec.op)) return node;
  const fn = withQuickText(spec.op.fn);
  return fn === spec.op.fn ? node : { ...node, spec: { ...spec, op: { ...spec.op, fn } } };
}
