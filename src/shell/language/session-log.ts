// The cells of a session as the language service was told of them, so that another service can be told again. Main thread.
import type { RequestName, Requests } from './protocol.js';

interface LoggedCell {
  readonly args: Requests['analyse']['args'];
  readonly names: readonly string[];
  /** Undefined until the cell has succeeded. */
  resultName?: string | null;
}

type Ask = <Name extends RequestName>(
  name: Name,
  args: Requests[Name]['args'],
) => Promise<Requests[Name]['result']>;

export class SessionLog {
  /** By number, in the order they were compiled. */
  readonly #cells = new Map<number, LoggedCell>();

  compiled(args: Requests['analyse']['args'], names: readonly string[]): void {
    this.#cells.set(args[2], { args, names });
  }

  /** The names that the cell declares. */
  commit(id: number, resultName: string | null): readonly string[] {
    const cell = this.#cells.get(id);
    if (cell === undefined) return [];
    cell.resultName = resultName;
    return cell.names;
  }

  drop(id: number): void {
    this.#cells.delete(id);
  }

  /** Tells a service that knows nothing yet, without waiting for its types. */
  async replay(ask: Ask): Promise<void> {
    for (const { args, resultName } of this.#cells.values()) {
      const [text, options, id] = args;
      await ask('analyse', [text, { ...options, waitForTypes: false }, id]);
      if (resultName !== undefined) await ask('commit', [id, resultName]);
    }
  }
}
