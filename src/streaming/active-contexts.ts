// The contexts of this process that are running, in the order they were started.
// Generic in what it holds, so that the context's own file can import it.

export class ActiveContexts<C> {
  readonly #running = new Set<C>();

  add(context: C): void {
    this.#running.add(context);
  }

  remove(context: C): void {
    this.#running.delete(context);
  }

  all(): readonly C[] {
    return [...this.#running];
  }

  latest(): C | null {
    return [...this.#running].at(-1) ?? null;
  }
}
