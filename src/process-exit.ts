// What is to be done when the program ends, and only then: user code may emit `exit` on `process` as on any emitter.

/** Runs `action` when the process exits; the returned function takes it back. */
export function onProcessExit(action: () => void): () => void {
  const listener = (): void => {
    // Set by Node before the real event; no public name says so.
    if ((process as { _exiting?: boolean })._exiting === true) action();
  };
  process.on('exit', listener);
  return () => {
    process.off('exit', listener);
  };
}
