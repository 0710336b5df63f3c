// Keeps the shell alive when the user's code fails where nobody waits for it: a timer that throws, a promise that is
// rejected and not looked at; and when it would end the process without a word. Main thread.

export interface SafetyNet {
  /** Spans the net again where code has taken it away (`process.removeAllListeners()`). */
  ensure(): void;
  remove(): void;
}

/** Reports such errors instead of ending the process. */
export function installSafetyNet(report: (error: unknown) => void): SafetyNet {
  const onStray = (error: unknown): void => {
    safely(report, error);
  };
  const ensure = (): void => {
    if (!process.listeners('uncaughtException').includes(onStray))
      process.on('uncaughtException', onStray);
    if (!process.listeners('unhandledRejection').includes(onStray))
      process.on('unhandledRejection', onStray);
  };
  const { abort } = process;
  process.abort = () => {
    throw new Error('process.abort() would end the shell at once; exit() leaves it.');
  };
  ensure();
  return {
    ensure,
    remove() {
      process.off('uncaughtException', onStray);
      process.off('unhandledRejection', onStray);
      process.abort = abort;
    },
  };
}

/** A report that throws would end the process after all. */
function safely(report: (error: unknown) => void, error: unknown): void {
  try {
    report(error);
  } catch {
    // There is nobody left to tell.
  }
}
