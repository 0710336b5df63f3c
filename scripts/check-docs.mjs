// The pages: links between files lead somewhere, docs/api.md is up to date, the README has its transcript, and no
// page names a folder of somebody's machine.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isApiPageFresh } from './make-api-doc.mjs';
import { conclude, fromRules, isProgram } from './report.mjs';
import { SCENES, commandRow } from './shell-scenes.mjs';
import { listFiles, ROOT } from './source-tree.mjs';

const PAGES_AT_TOP = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'];
const MACHINE_PATH = /(?:^|[\s"'`(=])\/(?:home|root|Users|work|tmp)\/[\w.-]+/gm;

/** Checks all Markdown pages. */
export async function check() {
  const pages = [...PAGES_AT_TOP, ...listFiles('docs', '.md')];
  const rules = {
    'links lead somewhere': pages.flatMap(deadLinks),
    'docs/api.md is up to date': isApiPageFresh()
      ? []
      : ['docs/api.md is out of date: run node scripts/make-api-doc.mjs'],
    'the README has a transcript': /^>>> ssc\.start\(\)/m.test(readPage('README.md'))
      ? []
      : ['README.md has no transcript: run node scripts/capture-transcript.mjs'],
    'docs/shell.md shows its screens': await staleScreens(),
    'no machine paths': pages.flatMap(machinePaths),
  };
  return fromRules('pages', rules, `${pages.length} pages`);
}

function readPage(page) {
  return readFileSync(path.join(ROOT, page), 'utf8');
}

function deadLinks(page) {
  const text = readPage(page).replace(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
  return links
    .filter((link) => !/^[a-z]+:/.test(link) && !link.startsWith('#'))
    .filter((link) => !existsSync(path.join(ROOT, path.dirname(page), link.split('#')[0])))
    .map((link) => `${page} links to ${link}, which is not there`);
}

function machinePaths(page) {
  const found = readPage(page).match(MACHINE_PATH) ?? [];
  return found.map((text) => `${page} names ${text.trim()}`);
}

/** Every scene has its screen, made from the steps as they are now, and every command its place. */
async function staleScreens() {
  const page = readPage('docs/shell.md');
  const stale = SCENES.filter((scene) => !hasScreen(page, scene)).map(
    ({ id }) => `docs/shell.md: screen ${id} is old: run node scripts/capture-shell.mjs ${id}`,
  );
  const { COMMANDS } = await import('../dist/shell/commands/registry.js');
  const missing = COMMANDS.filter((command) => !page.includes(commandRow(command))).map(
    ({ name }) =>
      `docs/shell.md: the row of .${name} is old: run node scripts/capture-shell.mjs commands`,
  );
  return [...stale, ...missing];
}

/** Without blanks and line ends: a narrow screen breaks what was typed. */
function hasScreen(page, { id, steps }) {
  const start = page.indexOf(`<!-- screen: ${id} -->`);
  const screen = page.slice(start, page.indexOf('<!-- end -->', start)).replace(/\s/g, '');
  const typed = steps.flatMap(({ type }) => type ?? []);
  return (
    start >= 0 &&
    screen.length > 60 &&
    typed.every((line) => screen.includes(line.replace(/\s/g, '')))
  );
}

if (isProgram(import.meta)) conclude(await check());
