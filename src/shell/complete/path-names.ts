// File names inside strings: `textFile('…`, `import … from './…`, and after commands that take a file.
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Candidate, Completion } from '../editor/completion.js';
import { scan } from '../editor/scan.js';

/** A path that is being typed. */
export interface TypedPath {
  /** Index where it begins in what is typed. */
  readonly start: number;
  readonly typed: string;
  /** The quote it stands in, or empty. */
  readonly quote: string;
  /** Whether only files that can be imported are meant. */
  readonly isModule: boolean;
}

/** Functions whose first argument names a file, by how they are called. */
const TAKES_PATH = /(?:file|dir|path|archive|records|checkpoint)/i;
const MODULE = /\.(?:[cm]?[jt]s|tsx|json)$/;
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** The path at the cursor, null where a string does not name one. */
export function pathInCode(text: string, cursor: number): TypedPath | null {
  const before = text.slice(0, cursor);
  const quoteAt = openQuote(before);
  if (quoteAt === null) return null;
  const head = before.slice(0, quoteAt);
  const typed = before.slice(quoteAt + 1);
  const quote = before[quoteAt]!;
  const isModule = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)$/.test(head);
  if (isModule)
    return /^\.{0,2}\//.test(typed) ? { start: quoteAt + 1, typed, quote, isModule } : null;
  const callee = /([\w$]+)\s*(?:<[^<>()]*>)?\(\s*$/.exec(head)?.[1];
  if (callee === undefined || !TAKES_PATH.test(callee)) return null;
  // `textFile('a.txt,b.txt')` reads both.
  const from = typed.lastIndexOf(',') + 1;
  return { start: quoteAt + 1 + from, typed: typed.slice(from), quote, isModule };
}

export async function pathCompletion({
  start,
  typed,
  quote,
  isModule,
}: TypedPath): Promise<Completion> {
  const scheme = /^file:\/\/(?=\/|$)/.exec(typed)?.[0] ?? '';
  const slash = typed.lastIndexOf('/') + 1;
  const name = unquoted(typed.slice(slash));
  const folder = path.resolve(unquoted(typed.slice(scheme.length, slash)) || '.');
  const entries = await entriesOf(folder);
  const candidates = entries
    .filter((entry) => entry.name.startsWith(name) && (name !== '' || !entry.name.startsWith('.')))
    .filter((entry) => !isModule || entry.isFolder || MODULE.test(entry.name))
    .sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || (a.name < b.name ? -1 : 1))
    .map((entry) => candidateOf(entry, folder, quote));
  return { start: start + slash, candidates };
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Nothing where the folder cannot be read. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  return Promise.all(
    entries
      // A control character cannot be typed in a string as it is.
      .filter(({ name }) => !/[\x00-\x1f\x7f]/.test(name))
      .map(async (entry) => ({
        name: entry.name,
        isFolder: entry.isSymbolicLink()
          ? await isFolder(path.join(folder, entry.name))
          : entry.isDirectory(),
      })),
  );
}

async function isFolder(file: string): Promise<boolean> {
  return fs.stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

function candidateOf({ name, isFolder }: Entry, folder: string, quote: string): Candidate {
  const shown = isFolder ? `${name}/` : name;
  return {
    insert: quote === '' ? shown : shown.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`),
    label: shown,
    kind: isFolder ? 'folder' : 'file',
    describe: async () => ({
      signature: path.join(folder, name),
      summary: isFolder ? '' : sizeText((await fs.stat(path.join(folder, name))).size),
    }),
  };
}

/** Where the string begins that is open at the end of the text, or null. */
function openQuote(before: string): number | null {
  const { tokens, isInText } = scan(before);
  const last = tokens.at(-1);
  if (last === undefined || last.kind !== 'string' || last.end < before.length) return null;
  const text = before.slice(last.start, last.end);
  if (text.startsWith('`')) return isInText ? last.start : null;
  const isClosed = text.length > 1 && /(?:^|[^\\])(?:\\\\)*['"]$/.test(text.slice(1));
  return isClosed && text.endsWith(text[0]!) ? null : last.start;
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

function sizeText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit]}`;
}
