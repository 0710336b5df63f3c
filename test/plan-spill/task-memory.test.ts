// When a task's tables move to files: only where they are what fills the heap.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeTask, LIMIT } from './services.js';

let task: FakeTask;
let spills: number;
const table = {
  spill() {
    spills++;
    task.usedBytes = 100;
  },
};

beforeEach(() => {
  task = new FakeTask();
  spills = 0;
  task.memory.begin();
  task.memory.add(table);
});
afterEach(() => task.close());

test('what fits stays, and the garbage collector is left alone', () => {
  task.lookAt(999);
  expect([spills, task.collections]).toEqual([0, 0]);
});

test('garbage is collected before anything moves', () => {
  task.garbageBytes = 600;
  task.lookAt(1001);
  expect([spills, task.collections]).toEqual([0, 1]);
});

test('what is beyond the limit moves, and only once', () => {
  task.lookAt(1001);
  task.lookAt(900);
  expect(spills).toBe(1);
});

test('what cannot be moved does not make others move again and again', () => {
  const full = { spill: () => spills++ };
  task.memory.remove(table);
  task.memory.add(full);
  task.lookAt(2000);
  task.lookAt(2400);
  expect(spills).toBe(1);
  task.lookAt(2501);
  expect(spills).toBe(2);
});

test('what was there before the task does not count, and the gain is told', () => {
  task.usedBytes = 5000;
  task.memory.begin();
  task.memory.add(table);
  task.lookAt(5400);
  expect(spills).toBe(0);
  // Twice what it is: it may double before the next look.
  expect(task.told.at(-1)).toBe(800);
  task.lookAt(5999);
  expect(task.told.at(-1)).toBe(LIMIT);
});

test('without anything to move nothing is looked at', () => {
  task.memory.remove(table);
  task.lookAt(5000);
  expect([spills, task.collections]).toEqual([0, 0]);
});

test('what user functions made is not told as the engine’s', () => {
  task.memory.remove(table);
  task.memory.add({ spill: () => {}, mostOwnBytes: 40 });
  task.lookAt(999);
  expect(task.told.at(-1)).toBe(40);
});

test('what cannot move and is more than may be held ends the task, where it says so', () => {
  const held: number[] = [];
  const stuck = {
    spill: () => {},
    tooLarge({ heldBytes }: { heldBytes: number }) {
      held.push(heldBytes);
      return new Error('too large');
    },
  };
  task.memory.remove(table);
  task.memory.add(stuck);
  task.lookAt(9999);
  expect(() => task.lookAt(20_000)).toThrow('too large');
  expect(held).toEqual([20_000]);
});
