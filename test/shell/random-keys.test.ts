// Random keys, pastes, sizes and output, seeded: the editor lives on, and the screen always shows what was typed
// where it was, with the menu or the signature below it.
import { describe, expect, it } from 'vitest';
import { layout } from '#dist/shell/editor/layout.js';
import { stripEscapes } from '#dist/shell/text-width.js';
import { completerOf, FakeEditor } from './fake-editor.js';
import { KEY } from './keyboard.js';

const SEQUENCES = Number(process.env.TSPARK_RANDOM_SEQUENCES ?? 300);
const FIRST_SEED = Number(process.env.TSPARK_RANDOM_SEED ?? 1);
const STEPS = 30;
const PROMPTS = { first: '>>> ', next: '... ' };
const NAMES = ['map', 'mapPartitions', 'mapValues', 'max', '日本', '日本語', 'a', 'ab', 'x', 'xyz'];
const TEXTS = [
  ...['a', 'm', 'ma', 'rdd.map(x => x)', 'f(', '日本', '👍🏽', 'e\u0301', '👩‍👩‍👧', '\u202e'],
  ...['(', ')', '{', '}', '`', "'", ' ', '.', '\t', '// x', '/*', '${', '\\'],
];
const KEYS = [
  ...Object.values(KEY),
  ...['\x1b[200~one\rtwo\x1b[201~', '\x1b[200~日\t本\r\n\x1b[201~', '\x1b[200~open', '\x1b[201~'],
  ...['\x1b[3~', '\x1b[1;5D', '\x1b', '\x0c', '\n', '\x1b[1;5', '\x1bO', '\x00', '\x1b<', '\x14'],
];

const FIRST_WITHOUT_WIDTH = /^[\p{Cf}\p{M}]+/u;

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
  const shown = new FakeEditor({
    columns: 12 + random(70),
    rows: 4 + random(24),
    complete: completerOf(NAMES),
    signature: async (text) => ({
      signatures: [{ before: 'f(', parameters: ['日本: 語', text], separator: ', ', after: ')' }],
      activeSignature: 0,
      activeParameter: random(3),
      summary: '',
    }),
    ...(random(2) === 0
      ? {}
      : { known: { isName: (name) => name === 'x', isCommand: () => true } }),
  });
  const { terminal, keyboard, editor, history, screen } = shown;
  for (const cell of ['f(\n  1,\n)', 'airlines.count()', '日本(1)']) history.add(cell);
  let isOpen = true;
  const follow = (): void => {
    void editor.read().then((input) => {
      if (input.kind === 'end') isOpen = false;
      else {
        history.add(input.text);
        follow();
      }
    });
  };
  follow();
  for (let i = 0; i < STEPS && isOpen; i++) {
    const choice = random(14);
    if (choice === 0) terminal.line(`output ${i} ${'x'.repeat(random(90))}`);
    else if (choice === 1) terminal.write(`part ${i} `);
    else if (choice === 2) terminal.setStatus('progress', random(2) === 0 ? null : `status ${i}`);
    else if (choice === 3) shown.resize(10 + random(70), 3 + random(24));
    else if (choice < 6) keyboard.write(KEY.tab);
    else if (choice < 10) keyboard.write(KEYS[random(KEYS.length)]!);
    else keyboard.write(TEXTS[random(TEXTS.length)]!);
    await turn();
  }
  // An escape sequence that was cut off is given up after a while; what was typed must not depend on it.
  await new Promise((resolve) => setTimeout(resolve, 80));
  terminal.flush();
  if (isOpen) expectShown(shown, seed);
  shown.close();
  // Whatever was open is gone: the next line stands alone.
  screen.write('after\r\n');
  expect([seed, screen.text.split('\n').at(-1)]).toEqual([seed, 'after']);
}

/** The last rows of the screen are the cell as it would be drawn on an empty one, and the hints. */
function expectShown({ screen, editor }: FakeEditor, seed: number): void {
  const { text, cursor, isSearching, hints } = editor.state;
  if (isSearching) {
    expect([seed, screen.text]).toEqual([seed, expect.stringMatching(/\((search|no more) `/)]);
    return;
  }
  const frame = layout(PROMPTS, text, cursor, screen.columns);
  const expected = [...frame.rows, ...hints].map((row) =>
    // A character without width stands in the cell before it, which the first of a row has not.
    stripEscapes(row).replace(FIRST_WITHOUT_WIDTH, '').trimEnd(),
  );
  if (expected.length >= screen.rows) return;
  const rows = screen.visibleRows;
  const first = screen.row - frame.cursorRow;
  expect([seed, rows.slice(first, first + expected.length)]).toEqual([seed, expected]);
  expect([seed, screen.column]).toEqual([seed, frame.cursorColumn]);
  const below = rows.slice(first + expected.length).filter((row) => row !== '');
  expect([seed, below]).toEqual([seed, []]);
}

describe('the line editor under random keys, sizes and output', () => {
  it(`shows the cell and what is below it as they are after ${SEQUENCES} sequences`, {
    timeout: 900_000,
  }, async () => {
    const seeds = Array.from({ length: SEQUENCES }, (_, i) => FIRST_SEED + i);
    // Side by side: each spends most of its time waiting.
    for (let i = 0; i < seeds.length; i += 50)
      await Promise.all(seeds.slice(i, i + 50).map(runSequence));
  });
});
