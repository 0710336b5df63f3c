// Takes a file for `-i`, the rc file or `.load` apart into pieces of program and command lines. Pure.
import { parseCommand } from './commands/registry.js';
import { scan } from './editor/scan.js';

export type Piece =
  | { readonly kind: 'program'; readonly text: string }
  | { readonly kind: 'command'; readonly text: string };

/**
 * A line is a command where nothing is open and it names one at its very beginning. The lines of a program keep
 * their numbers: what came before is replaced by empty lines.
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const lines = text.split('\n');
  let start = 0;
  const close = (end: number) => {
    const body = lines.slice(start, end).join('\n');
    if (body.trim() !== '') pieces.push({ kind: 'program', text: '\n'.repeat(start) + body });
  };
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('.') || parseCommand(line)?.kind !== 'command') continue;
    if (scan(lines.slice(start, index).join('\n')).isOpen) continue;
    close(index);
    pieces.push({ kind: 'command', text: line });
    start = index + 1;
  }
  close(lines.length);
  return pieces;
}
