// Finds the user's own frames in a stack: those of revived functions, in the user's files and lines. Any thread.

/** What the script names of revived functions begin with. */
export const USER_SCRIPT_PREFIX = 'tspark:';

const FRAME = /^\s*at (?:(.*) \()?tspark:(.*):(\d+):(\d+)\)?$/;

/**
 * The frames of a stack that are the user's, innermost first, as `name (file:line:column)` or `file:line:column`.
 * A function from a script whose file was not known when it was captured shows `script-N` for the file;
 * `nameScripts` puts that right at the driver.
 */
export function mapUserFrames(stack: string): string[] {
  const frames: string[] = [];
  for (const line of stack.split('\n')) {
    const found = FRAME.exec(line);
    if (found === null) continue;
    const [, name, file, row, column] = found;
    const place = `${file}:${row}:${column}`;
    const shown = name === undefined ? undefined : plainName(name);
    frames.push(shown ? `${shown} (${place})` : place);
  }
  return frames;
}

/** V8 puts the receiver before the name of what it takes for a method: `Array.`, `Object.<anonymous>`. */
function plainName(name: string): string {
  const bare = name.replace(/^(?:Array|Object|Function|Map)\./, '');
  return bare === '<anonymous>' ? '' : bare;
}
