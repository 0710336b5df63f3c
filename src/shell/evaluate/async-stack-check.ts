// Node checks that callbacks nest properly and aborts the process where they do not. Code that is ended by force, in
// the middle of a timer say, leaves them unbalanced: with the check on, Ctrl-C on an endless loop would kill the shell.

interface AsyncWrapBinding {
  readonly async_hook_fields: Uint32Array;
  readonly constants: { readonly kCheck: number };
}

/** What `node --no-force-async-hooks-checks` does, for a process that is running already. */
export function relaxAsyncStackCheck(): void {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    const { binding } = process as unknown as { binding(name: string): AsyncWrapBinding };
    const { async_hook_fields: fields, constants } = binding.call(process, 'async_wrap');
    fields[constants.kCheck] = 0;
  } catch {
    // A Node without this door: the flag on its command line does the same.
  } finally {
    if (noDeprecation === undefined) delete process.noDeprecation;
    else process.noDeprecation = noDeprecation;
  }
}
