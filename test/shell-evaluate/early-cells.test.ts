import { expect, test } from 'vitest';
import { Prompt } from './harness.js';

test('cells before the checker is warm answer as those after it', async () => {
  const prompt = new Prompt('error');
  expect(await prompt.value('const a = sc.parallelize([1, 2, 3]); a.count() + 1')).toBe(4);
  expect(await prompt.value('function g() { return a.count() + 1 }')).toBeUndefined();
  expect(await prompt.value('g() * 2')).toBe(8);
  await prompt.language.warmUp();
  expect(
    await prompt.value('const avg = () => a.reduce((x, y) => x + y) / a.count(); avg().toFixed(2)'),
  ).toBe('2.00');
  expect(await prompt.run("const wrong: number = 'text'")).toMatchObject({ kind: 'rejected' });
  await prompt.close();
});
