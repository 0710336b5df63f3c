// What the user sets for the jobs to come: local properties, job group, description, tags. Driver only.
import { AsyncLocalStorage } from 'node:async_hooks';
import { UsageError } from '../errors.js';
import type { JobProperties } from '../scheduler/backend.js';

/** Names of properties that mean something to the engine; Spark's where one exists. */
export const PROPERTY = {
  group: 'spark.jobGroup.id',
  description: 'spark.job.description',
  tags: 'spark.job.tags',
  interrupt: 'spark.job.interruptOnCancel',
  /** Milliseconds since the epoch of the streaming batch that runs the job. */
  batchTime: 'spark.streaming.internal.batchTime',
} as const;

type Properties = Map<string, string>;

/** Local properties: one set for the driver, and one on top of it for each scope that asked for its own. */
export class JobPropertyStore {
  readonly #own: Properties = new Map();
  /** Not the user's: what tasks of every job have to know. */
  readonly #always: Properties = new Map();
  readonly #scopes = new AsyncLocalStorage<Properties>();

  get(key: string): string | null {
    return this.#current().get(key) ?? null;
  }

  /** Sets a property; null removes it. */
  set(key: string, value: string | null): void {
    if (value === null) this.#current().delete(key);
    else this.#current().set(key, value);
  }

  /** Sets a property of every job, whatever the user sets or clears. */
  setForAll(key: string, value: string): void {
    this.#always.set(key, value);
  }

  /** Removes all that was set with `set`. */
  clear(): void {
    this.#current().clear();
  }

  get tags(): string[] {
    return (this.get(PROPERTY.tags) ?? '').split(',').filter((tag) => tag !== '');
  }

  addTag(tag: string): void {
    checkTag(tag);
    this.#setTags([...new Set([...this.tags, tag])]);
  }

  removeTag(tag: string): void {
    checkTag(tag);
    this.#setTags(this.tags.filter((other) => other !== tag));
  }

  clearTags(): void {
    this.set(PROPERTY.tags, null);
  }

  /** Runs `body`, and all it awaits, with a copy of the properties that has these changes. */
  within<R>(changes: Readonly<Record<string, string | null>>, body: () => R): R {
    const scope: Properties = new Map(this.#current());
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) scope.delete(key);
      else scope.set(key, value);
    }
    return this.#scopes.run(scope, body);
  }

  /** The properties as they are now, for a job that begins. */
  snapshot(): JobProperties {
    return {
      group: this.get(PROPERTY.group),
      description: this.get(PROPERTY.description),
      tags: this.tags,
      local: Object.fromEntries([...this.#always, ...this.#current()]),
      interruptOnCancel: this.get(PROPERTY.interrupt) === 'true',
    };
  }

  #current(): Properties {
    return this.#scopes.getStore() ?? this.#own;
  }

  #setTags(tags: readonly string[]): void {
    this.set(PROPERTY.tags, tags.length === 0 ? null : tags.join(','));
  }
}

function checkTag(tag: unknown): void {
  if (typeof tag === 'string' && tag !== '' && !tag.includes(',')) return;
  throw new UsageError(
    'RDD-101',
    `A job tag must be a text that is not empty and has no comma, not ${JSON.stringify(tag)}.`,
  );
}
