// Reads the files that the shell keeps in the user's home, whatever stands in their place.
import fs from 'node:fs';

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
};

/** The text of a file, null where there is none; throws an error that says in a few words why it cannot be read. */
export function readTextFile(path: string, maxBytes: number): string | null {
  try {
    const stats = fs.statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    if (stats.isDirectory()) throw new Error('it is a folder');
    // Reading a pipe or a device might never end.
    if (!stats.isFile()) throw new Error('it is no ordinary file');
    if (stats.size > maxBytes) throw new Error('it is too large');
    const text = fs.readFileSync(path, 'utf8');
    if (text.includes('\0')) throw new Error('it does not hold text');
    return text;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(WHY[code ?? ''] ?? message);
  }
}
