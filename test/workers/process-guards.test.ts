// What would end the program from inside a function is an error of its job, and the program lives on.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SparkContext } from '#dist/index.js';

let sc: SparkContext;
beforeAll(() => {
  sc = new SparkContext('local[1]', 'process guards');
});
afterAll(() => sc.stop());

test.each<[string, () => unknown, RegExp]>([
  ['process.exit', () => process.exit(3), /TASK-107.*process\.exit\(3\)/s],
  ['process.kill', () => process.kill(process.pid), /TASK-107.*process\.kill\(\d+\)/s],
  ['a killed group', () => process.kill(-process.pid, 'SIGKILL'), /TASK-107.*process\.kill/s],
  ['process.abort', () => process.abort(), /process\.abort\(\) is not supported in workers/],
])('%s in a function fails its job', async (_, end, message) => {
  await expect(sc.parallelize([1]).map(end).count()).rejects.toThrow(message);
  expect(await sc.range(0, 10).sum()).toBe(45);
});

test('asking whether a process is there is nobody’s end', async () => {
  const asked = sc.parallelize([1]).map(() => process.kill(process.pid, 0));
  expect(await asked.collect()).toEqual([true]);
});
