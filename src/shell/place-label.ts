// What a file of a stack is called for the user. Pure.
import path from 'node:path';

/** `cell 4` for `cell-4.ts`, otherwise a path as short as it can be said. */
export function labelOf(file: string): string {
  const cell = /(?:^|\/)cell-(\d+)\.ts$/.exec(file);
  if (cell !== null) return `cell ${cell[1]}`;
  if (!path.isAbsolute(file) && !file.startsWith('file://')) return file;
  const relative = path.relative(process.cwd(), file.replace(/^file:\/\//, ''));
  return relative.startsWith('..') ? file : relative;
}
