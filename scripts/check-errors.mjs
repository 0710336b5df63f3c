// Every error code is raised somewhere, every code raised or mentioned exists, and docs/errors.md is up to date.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isErrorsPageFresh, readErrorCodes } from './make-errors-doc.mjs';
import { conclude, fromRules, isProgram } from './report.mjs';
import { listFiles, ROOT } from './source-tree.mjs';

const TABLES = 'src/error-codes/';
const CODE = /\b[A-Z]{3,}-[159]\d\d\b/g;
/** Names that look like codes and are none. */
const OTHER_NAMES = /^SHA-/;

/** Checks `codes` against the texts of the project. */
export async function check() {
  const table = await readErrorCodes();
  const sources = listFiles('src', '.ts').filter((file) => !file.startsWith(TABLES));
  const pages = ['README.md', 'CHANGELOG.md', ...listFiles('docs', '.md')];
  const tests = listFiles('test', '.ts').filter((file) => !file.includes('/fixtures/'));
  const rules = {
    'every code is raised': unusedCodes(Object.keys(table), sources),
    'every code named exists': [...sources, ...pages, ...tests].flatMap((file) =>
      unknownCodes(file, table),
    ),
    'every code says what and what to do': vagueCodes(table),
    'docs/errors.md is up to date': (await isErrorsPageFresh())
      ? []
      : ['docs/errors.md is out of date: run node scripts/make-errors-doc.mjs'],
  };
  return fromRules('error codes', rules, `${Object.keys(table).length} codes`);
}

function unusedCodes(codes, sources) {
  const text = sources.map(read).join('\n');
  return codes
    .filter((code) => !text.includes(`'${code}'`))
    .map((code) => `${code} is in the table and raised nowhere`);
}

function unknownCodes(file, table) {
  const found = new Set(read(file).match(CODE) ?? []);
  return [...found]
    .filter((code) => !OTHER_NAMES.test(code) && !Object.hasOwn(table, code))
    .map((code) => `${file} names ${code}, which is not in the table`);
}

function vagueCodes(table) {
  return Object.entries(table)
    .filter(([, entry]) => !entry.what.endsWith('.') || !entry.action.endsWith('.'))
    .map(([code]) => `${code} must say what happened and what to do, each in a sentence`);
}

function read(file) {
  try {
    return readFileSync(path.join(ROOT, file), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

if (isProgram(import.meta)) conclude(await check());
