// Which properties of the global object are the user's: those that were not there, or were another value,
// when the baseline was taken. Top-level `var` and `function` of scripts and of the prompt become such properties.

class GlobalBaseline {
  #before = new Map<string, PropertyDescriptor>();

  mark(): void {
    this.#before = new Map(
      Object.entries(Object.getOwnPropertyDescriptors(globalThis)) as [
        string,
        PropertyDescriptor,
      ][],
    );
  }

  isUsers(name: string): boolean {
    const now = Object.getOwnPropertyDescriptor(globalThis, name);
    if (now === undefined) return false;
    const before = this.#before.get(name);
    if (before === undefined) return true;
    // Node turns some of its accessors into values at the first use: that is not the user's doing.
    return 'value' in before && 'value' in now && before.value !== now.value;
  }
}

const baseline = new GlobalBaseline();

/** Takes what the global object holds now as given: only what comes later travels with functions. */
export function markGlobalBaseline(): void {
  baseline.mark();
}

/** Whether a global name is the user's own, so that workers do not have it. */
export function isUserGlobal(name: string): boolean {
  return baseline.isUsers(name);
}

markGlobalBaseline();
