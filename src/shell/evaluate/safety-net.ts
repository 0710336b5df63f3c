// Keeps the shell alive when the user's code fails where nobody waits for it: a timer that throws, a promise that is
// rejected and not looked at. Main thread.

/** Reports such errors instead of ending the process; returns what takes the net away. */
export function installSafetyNet(report: (error: unknown) => void): () => void {
  const onStray = (error: unknown): void => {
    safely(report, error);
  };
  process.on('uncaughtException', onStray);
  process.on('unhandledRejection', onStray);
  return () => {
    process.off('uncaughtException', onStray);
    process.off('unhandledRejection', onStray);
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
