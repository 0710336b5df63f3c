// Random keys and random output, seeded: the shell lives on, and the screen always shows what was typed where it was.
import { describe, expect, it } from 'vitest';
import { History } from '#dist/shell/editor/history.js';
import { layout } from '#dist/shell/editor/layout.js';
import { LineEditor } from '#dist/shell/line-editor.js';
import { Terminal } from '#dist/shell/terminal.js';
import { KEY, Keyboard } from './keyboard.js';
import { Screen } from './screen.js';

const SEQUENCES = Number(process.env.TSPARK_RANDOM_SEQUENCES ?? 300);
const PROMPTS = { first: '>>> ', next: '... ' };
const TEXTS = [
  'a',
  'rdd.map(x => x)',
  '日本',
  '👍🏽',
  'é',
  '(',
  ')',
  '{',
  '`',
  "'",
  ' ',
  '.',
  '\t',
  '// x',
];
const KEYS = [
  ...Object.values(KEY),
  '\x1b[200~one\rtwo\x1b[201~',
  '\x1b[3~',
  '\x1b[1;5D',
  '\x1b',
  '\x0c',
  '\n',
];

/** A linear congruential generator: the same seed gives the same keys. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function runSequence(seed: number): Promise<void> {
  const random = randomOf(seed);
  const screen = new Screen(20 + random(60), 8 + random(20));
  const keyboard = new Keyboard();
  const terminal = new Terminal({ out: screen, err: screen, canErase: true });
  const history = new History(null);
  for (const cell of ['f(\n  1,\n)', 'airlines.count()']) history.add(cell);
  const editor = new LineEditor({
    input: keyboard,
    terminal,
    history,
    prompts: PROMPTS,
    complete: null,
    signature: null,
    known: null,
    onInterrupt: () => {},
  });
  let read = editor.read();
  let isOpen = true;
  const follow = () => {
    void read.then((input) => {
      if (input.kind === 'end') isOpen = false;
      else read = editor.read();
      if (isOpen) follow();
    });
  };
  follow();
  for (let i = 0; i < 30 && isOpen; i++) {
    const choice = random(10);
    if (choice === 0) terminal.line(`output ${i} ${'x'.repeat(random(90))}`);
    else if (choice === 1) terminal.write(`part ${i} `);
    else if (choice === 2) terminal.setStatus('progress', random(2) === 0 ? null : `status ${i}`);
    else if (choice < 6) keyboard.write(KEYS[random(KEYS.length)]!);
    else keyboard.write(TEXTS[random(TEXTS.length)]!);
    await turn();
  }
  // An escape sequence that was cut off is given up after a while; what was typed must not depend on it.
  await new Promise((resolve) => setTimeout(resolve, 60));
  terminal.flush();
  if (isOpen) expectShown(screen, editor, seed);
  editor.close();
  terminal.close();
}

/** The last rows of the screen are the cell as it would be drawn on an empty one. */
function expectShown(screen: Screen, editor: LineEditor, seed: number): void {
  const { text, cursor, isSearching } = editor.state;
  if (isSearching) return;
  const frame = layout(PROMPTS, text, cursor, screen.columns);
  const expected = frame.rows.map((row) => row.trimEnd());
  if (expected.length >= screen.rows) return;
  const rows = screen.visibleRows;
  const first = screen.row - frame.cursorRow;
  expect([seed, rows.slice(first, first + expected.length)]).toEqual([seed, expected]);
  expect([seed, screen.column]).toEqual([seed, frame.cursorColumn]);
  const below = rows.slice(first + expected.length).filter((row) => row !== '');
  expect([seed, below]).toEqual([seed, []]);
}

describe('the line editor under random keys and output', () => {
  it(`shows the cell and the cursor as they are after ${SEQUENCES} sequences`, {
    timeout: 600_000,
  }, async () => {
    const seeds = Array.from({ length: SEQUENCES }, (_, i) => i + 1);
    // Side by side: each spends most of its time waiting.
    for (let i = 0; i < seeds.length; i += 50)
      await Promise.all(seeds.slice(i, i + 50).map(runSequence));
  });
});
