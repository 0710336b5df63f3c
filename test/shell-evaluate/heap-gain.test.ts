// When code that lets the main thread breathe has gone too far. Limit 100 MiB, V8's own 1000.
import { expect, test } from 'vitest';
import { HeapGain } from '#dist/shell/evaluate/heap-gain.js';

const MB = 2 ** 20;
const make = () => new HeapGain(100 * MB, 1000 * MB);

test('garbage is collected before anything is said, once a second at most', () => {
  const gain = make();
  expect(gain.look(99 * MB, 0)).toBe('fine');
  expect(gain.look(101 * MB, 1)).toBe('collect');
  expect(gain.look(40 * MB, 2, true)).toBe('fine');
  expect(gain.look(150 * MB, 500)).toBe('fine');
  expect(gain.look(150 * MB, 1100)).toBe('collect');
  expect(gain.look(150 * MB, 1101, true)).toBe('over');
});

test('what was held when the cell began is not its doing', () => {
  const gain = make();
  gain.cellBegins(150 * MB);
  expect(gain.look(170 * MB, 0)).toBe('fine');
  expect(gain.look(190 * MB, 0, true)).toBe('over');
});

test('what goes on beyond twice the limit is ended by force, again only once it has grown', () => {
  const gain = make();
  expect(gain.look(210 * MB, 0, true)).toBe('brink');
  expect(gain.look(215 * MB, 0, true)).toBe('over');
  expect(gain.look(250 * MB, 0, true)).toBe('brink');
  expect(gain.look(50 * MB, 0, true)).toBe('fine');
  expect(gain.look(210 * MB, 0, true)).toBe('brink');
});

test('the brink is below the limit of V8, whatever is allowed', () => {
  const gain = new HeapGain(900 * MB, 1000 * MB);
  expect(gain.look(810 * MB, 0, true)).toBe('brink');
});
