// Broadcasts and accumulators that functions may use: published at once, given to Spark when a stage first needs them.
// Driver only.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccumulatorSpec } from '../plan/accumulation.js';
import { type Stage, stageFunctions } from '../plan/stage.js';
import { asObject, type JavaObject } from './py4j/gateway.js';
import { PYTHON_API, type SparkSession } from './session.js';

interface SparkBroadcast {
  readonly object: JavaObject;
  readonly sparkId: number;
}

/** What a stage's command needs to know of them. */
export interface UsedValues {
  readonly broadcasts: readonly (readonly [id: number, sparkId: number])[];
  readonly accumulators: readonly (readonly [id: number, spec: AccumulatorSpec])[];
  readonly objects: readonly JavaObject[];
}

export class SharedValues {
  readonly #bytes = new Map<number, Uint8Array>();
  readonly #sent = new Map<number, Promise<SparkBroadcast>>();
  readonly #accumulators = new Map<number, AccumulatorSpec>();

  publishBroadcast(id: number, bytes: Uint8Array): void {
    this.#bytes.set(id, bytes);
  }

  removeBroadcast(id: number): void {
    this.#bytes.delete(id);
    const sent = this.#sent.get(id);
    this.#sent.delete(id);
    // A job may still run that uses it; Spark then fetches it again from the driver.
    sent?.then(({ object }) => object.call('unpersist')).catch(() => {});
  }

  publishAccumulator(id: number, spec: AccumulatorSpec): void {
    this.#accumulators.set(id, spec);
  }

  async usedBy(stage: Stage, session: SparkSession): Promise<UsedValues> {
    const handles = stageFunctions(stage).flatMap((ref) =>
      ref.kind === 'closure' ? ref.payload.handles : [],
    );
    const idsOf = (type: string): number[] => [
      ...new Set(handles.filter((handle) => handle.type === type).map(({ id }) => id)),
    ];
    const accumulators = idsOf('accumulator').flatMap((id) => {
      const spec = this.#accumulators.get(id);
      return spec === undefined ? [] : [[id, spec] as const];
    });
    const known = idsOf('broadcast').filter((id) => this.#bytes.has(id));
    const sent = await Promise.all(known.map((id) => this.#send(id, session)));
    return {
      accumulators,
      broadcasts: sent.map(({ sparkId }, at) => [known[at]!, sparkId] as const),
      objects: sent.map(({ object }) => object),
    };
  }

  #send(id: number, session: SparkSession): Promise<SparkBroadcast> {
    let sent = this.#sent.get(id);
    if (sent === undefined) {
      sent = sendBroadcast(id, this.#bytes.get(id)!, session);
      this.#sent.set(id, sent);
      sent.catch(() => this.#sent.delete(id));
    }
    return sent;
  }
}

async function sendBroadcast(
  id: number,
  bytes: Uint8Array,
  { gateway, context, folder }: SparkSession,
): Promise<SparkBroadcast> {
  const file = join(folder, `broadcast-${id}`);
  writeFileSync(file, bytes, { mode: 0o600 });
  const value = await gateway.callStatic(`${PYTHON_API}PythonRDD`, 'setupBroadcast', file);
  const object = await context.object('broadcast', asObject(value, 'setupBroadcast'));
  return { object, sparkId: await object.number('id') };
}
