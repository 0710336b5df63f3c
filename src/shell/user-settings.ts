// What the user's surroundings say: files in the home folder, the wish for colours.
import os from 'node:os';
import path from 'node:path';
import type { ShellOptions } from './command-line.js';

export function rcFile(): string {
  return path.join(os.homedir(), '.tsparkrc.ts');
}

export function historyFile(): string {
  return path.join(os.homedir(), '.tspark_history');
}

export function isDumbTerminal(): boolean {
  return process.env.TERM === 'dumb';
}

/** Colours are for terminals, and for those who did not ask for none. */
export function usesColour(
  options: Pick<ShellOptions, 'allowsColour' | 'isPlain'>,
  stream: NodeJS.WriteStream,
): boolean {
  const hasNoColour = (process.env.NO_COLOR ?? '') !== '';
  const isPlain = options.isPlain || isDumbTerminal();
  return options.allowsColour && !hasNoColour && !isPlain && stream.isTTY === true;
}
