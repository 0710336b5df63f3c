// Types the scenes of docs/shell.md into the real program in a real terminal (tmux) and puts what the screens showed
// into the page, between the marks `<!-- screen: id -->` and `<!-- end -->`. `node scripts/capture-shell.mjs plan menu`
// takes these scenes only; `--print` shows them instead. Needs tmux.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';
import { commandRow, SCENES } from './shell-scenes.mjs';
import { TmuxTerminal } from './tmux-terminal.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = path.join(ROOT, 'docs/shell.md');
const PROMPT = /(?:^|\n)>>>$/;
const SETTLE_MS = 400;

async function capture(scene) {
  const { columns = 80, rows = 40, flags = '', before = [], steps, prints } = scene;
  const home = mkdtempSync(path.join(tmpdir(), 'tspark-home-'));
  const terminal = new TmuxTerminal('tspark-shell');
  try {
    const environment = { HOME: home, TERM: 'xterm-256color' };
    terminal.open(`bin/tspark --master 'local[2]' ${flags}`, {
      environment,
      columns,
      rows,
      cwd: ROOT,
    });
    await terminal.until((text) => PROMPT.test(text));
    // Asking for a type waits for the checker.
    for (const type of ['.type 1', ...before]) await take(terminal, { type });
    const head = terminal.rows().replace(/>>>$/, '');
    for (const step of steps) await take(terminal, step);
    const shown = terminal
      .rows()
      .slice(head.length)
      .replace(/\n>>>$/, '');
    return prints === undefined ? shown : `${shown}\n\n$ cat ${prints}\n${printed(prints)}`;
  } finally {
    terminal.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function take(
  terminal,
  { type, write, keys, wait = write === undefined ? PROMPT : /./, pauseMs = 0 },
) {
  const promptsBefore = promptsIn(terminal.text());
  const isEntered = type !== undefined && wait === PROMPT;
  if (type !== undefined) terminal.type(type);
  else if (write !== undefined) terminal.write(write);
  else terminal.press(...keys);
  await sleep(SETTLE_MS);
  await terminal.until(
    (text) =>
      wait.test(text) &&
      text.includes(write ?? '') &&
      (!isEntered || promptsIn(text) > promptsBefore),
  );
  await sleep(pauseMs);
}

function promptsIn(text) {
  return text.match(/^>>>/gm)?.length ?? 0;
}

/** A file that a scene wrote; it is taken away. */
function printed(name) {
  const file = path.join(ROOT, name);
  const text = readFileSync(file, 'utf8').trimEnd();
  rmSync(file);
  return text;
}

/** The table of commands as the program has them. */
async function withCommands(page) {
  const { COMMANDS } = await import('../dist/shell/commands/registry.js');
  const head = '| command | what it does |\n|---|---|\n';
  const from = page.indexOf(head) + head.length;
  const to = page.indexOf('\nAlso:', from);
  return `${page.slice(0, from)}${COMMANDS.map(commandRow).join('\n')}\n${page.slice(to)}`;
}

function insert(page, id, screen) {
  const start = `<!-- screen: ${id} -->`;
  const from = page.indexOf(start);
  const to = page.indexOf('<!-- end -->', from);
  if (from < 0 || to < 0) throw new Error(`docs/shell.md has no ${start} … <!-- end -->`);
  return `${page.slice(0, from)}${start}\n\`\`\`text\n${screen}\n\`\`\`\n${page.slice(to)}`;
}

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('-'));
if (setUp() !== 0) throw new Error('the build failed');
let page = await withCommands(readFileSync(PAGE, 'utf8'));
if (!args.includes('--print')) writeFileSync(PAGE, page);
for (const scene of SCENES) {
  if (wanted.length > 0 && !wanted.includes(scene.id)) continue;
  const screen = await capture(scene);
  if (args.includes('--print')) process.stdout.write(`== ${scene.id}\n${screen}\n`);
  else {
    page = insert(page, scene.id, screen);
    writeFileSync(PAGE, page);
  }
}
