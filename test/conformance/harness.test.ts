// The judge itself: a harness that cannot fail a case would make every other figure worthless.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readCases, readMissing } from './cases.js';
import { judge } from './harness.js';
import { canon, normalise, same } from './normalise.js';
import { compileCase } from './scope.js';
import {
  answerAt,
  exceptionAt,
  isChosen,
  parseConf,
  readSettings,
  specialIds,
} from './settings.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const groups = readdirSync(`${here}/data`).map((file) => file.replace('.json', ''));

describe('normalisation', () => {
  test('numbers keep their value, minus zero becomes zero, and what JSON lacks gets a tag', () => {
    expect(JSON.stringify(normalise([1.5, -0, Number.NaN, -Infinity]))).toBe(
      '[1.5,0,{"$num":"NaN"},{"$num":"-Infinity"}]',
    );
  });

  test('maps and plain objects become pairs sorted by their text', () => {
    const pairs = {
      $map: [
        ['a', 1],
        ['b', [2]],
      ],
    };
    expect(
      normalise(
        new Map([
          ['b', [2]],
          ['a', 1],
        ] as [string, unknown][]),
      ),
    ).toEqual(pairs);
    expect(normalise({ b: new Set([2]).values(), a: 1 })).toEqual(pairs);
  });

  test('sets, bytes and absent values have normal forms', () => {
    expect(normalise(new Set(['b', 'a']))).toEqual({ $set: ['a', 'b'] });
    expect(normalise(Buffer.from('hi'))).toEqual({ $bytes: 'aGk=' });
    expect(normalise([undefined, null, true])).toEqual([null, null, true]);
  });

  test('an object that is not plain data is refused', () => {
    expect(() => normalise(new Date(0))).toThrow('cannot normalise object');
  });

  test('canon sorts by the JSON text, by code points', () => {
    expect(canon([10, 9, 'b', '\u{1F600}', '\uFFFD'])).toEqual(['b', '\uFFFD', '\u{1F600}', 10, 9]);
  });
});

describe('comparison', () => {
  test('numbers are equal within one part in 10^9, and only then', () => {
    expect(same(0.1 + 0.2, 0.3)).toBe(true);
    expect(same(1, 1.00001)).toBe(false);
    expect(same(0, 1e-300)).toBe(false);
  });

  test('lists, tags and types must agree', () => {
    expect(same([1, [2]], [1, [2]])).toBe(true);
    expect(same([1, 2], [1])).toBe(false);
    expect(same({ $set: [1] }, { $map: [1] })).toBe(false);
    expect(same(1, true)).toBe(false);
    expect(same('1', 1)).toBe(false);
  });
});

describe('judgement', () => {
  const failed = (error: unknown) => ({ kind: 'error', error }) as const;

  test('another value than the expected one fails the case', () => {
    expect(() => judge({ expect: [1] }, { kind: 'value', value: [2] })).toThrow('expected [1]');
    expect(() => judge({ expect: [1] }, { kind: 'value', value: [1] })).not.toThrow();
  });

  test('an expected error may stand in a cause, in any case of letters', () => {
    const error = new Error('job 1 failed', { cause: new Error('the RDD is Empty') });
    expect(() => judge({ expectError: 'empty' }, failed(error))).not.toThrow();
    expect(() => judge({ expectError: 'full' }, failed(error))).toThrow(
      'expected an error like /full/',
    );
  });

  test('a missing method never counts as the expected error', () => {
    const missing = new TypeError('sc.parallelize(...).max is not a function');
    expect(() => judge({ expectError: 'max' }, failed(missing))).toThrow('is not a function');
    const undefinedName = new ReferenceError('BarrierTaskContext is not defined');
    expect(() => judge({ expectError: 'defined' }, failed(undefinedName))).toThrow(
      'is not defined',
    );
  });

  test('a value where an error was expected fails the case', () => {
    expect(() => judge({ expectError: 'x' }, { kind: 'value', value: 3 })).toThrow('but got 3');
  });
});

describe('the cases', () => {
  test('a body is compiled to an async function that sees its scope and can import', async () => {
    const body =
      'const os = await import("node:os"); return [sc, tmp, typeof os.tmpdir] as unknown[];';
    const run = compileCase('some.case', body, ['tmp']);
    expect(await run('the context', null, 'a folder')).toEqual([
      'the context',
      'a folder',
      'function',
    ]);
  });

  test('every group has a test file that runs all of it', () => {
    const files = readdirSync(here).filter(
      (file) => file.endsWith('.test.ts') && file !== 'harness.test.ts',
    );
    const calls = files.map((file) => readFileSync(`${here}/${file}`, 'utf8')).join('\n');
    for (const group of groups) expect(calls).toContain(`describeGroup('${group}'`);
    expect(files.length).toBe(groups.length + 2); // dstream and window take two files each
  });

  test('ids are unique, and the list of missing ones names only ids that exist', () => {
    const ids = groups.flatMap((group) => readCases(group).map((one) => one.id));
    expect(ids.length).toBe(395);
    expect(new Set(ids).size).toBe(395);
    expect([...readMissing().keys()].filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('settings', () => {
  test('without variables every case runs where it was recorded and a third at fewer threads', () => {
    const settings = readSettings({});
    expect(settings.map(({ master, oneIn }) => [master, oneIn])).toEqual([
      ['local[4]', 1],
      ['local[2]', 3],
      ['local[1]', 3],
    ]);
    const ids = groups.flatMap((group) => readCases(group).map(({ id }) => id));
    const shares = settings.map((setting) => ids.filter((id) => isChosen(id, setting)).length);
    expect(shares[0]).toBe(ids.length);
    for (const share of shares.slice(1)) {
      expect(share).toBeGreaterThan(ids.length / 4);
      expect(share).toBeLessThan(ids.length / 2);
    }
  });

  test('the variables choose one master and its settings, for every case', () => {
    const env = { TSPARK_CONFORMANCE_MASTER: 'local[1]', TSPARK_CONFORMANCE_CONF: 'a.b=1, c=x=y' };
    expect(readSettings(env)).toEqual([
      { master: 'local[1]', conf: { 'a.b': '1', c: 'x=y' }, oneIn: 1 },
    ]);
    expect(() => parseConf('a.b')).toThrow('"a.b", which is not key=value');
  });

  test('answers of another parallelism and exceptions name cases that exist', () => {
    const ids = new Set(groups.flatMap((group) => readCases(group).map(({ id }) => id)));
    const setting = { master: 'local[1]', conf: { 'spark.default.parallelism': '4' }, oneIn: 1 };
    const strange = [...specialIds()].filter((id) => !ids.has(id));
    expect(strange).toEqual([]);
    expect(answerAt(setting, 'rdd.reduceByKey.empty')).toEqual({ expect: [[], 4, 5] });
    expect(answerAt({ ...setting, conf: {} }, 'rdd.reduceByKey.empty')).toBeUndefined();
    expect(exceptionAt(setting, 'sc.props.basic')).toBe('shows the master');
    expect(exceptionAt({ ...setting, master: 'local[4]' }, 'sc.props.basic')).toBeUndefined();
  });
});
