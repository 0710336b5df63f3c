// The MapReduce sample: what it writes, and that a folder is either complete or not there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSample, type SampleRun } from './run-sample.js';

let folder: string;
let first: SampleRun;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tspark-mapreduce-'));
  first = runSample('mapreduce.ts', [path.join(folder, 'out')]);
}, 70_000);
afterAll(() => rmSync(folder, { recursive: true }));

const parts = (job: string, output = 'out') => readdirSync(path.join(folder, output, job)).sort();
const linesOf = (job: string, part: string) =>
  readFileSync(path.join(folder, 'out', job, part), 'utf8')
    .trimEnd()
    .split('\n');
const allLines = (job: string) =>
  parts(job)
    .filter((name) => name.startsWith('part-'))
    .flatMap((name) => linesOf(job, name));

describe('samples/mapreduce.ts', () => {
  it('ends well and shows the beginning of each output', () => {
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toMatch(/^word-count: \d+ lines in \d+ parts, such as\n {2}[a-z]+\t\d+\n/);
  });

  it('writes output folders as Hadoop does', () => {
    expect(parts('word-count')).toEqual(['_SUCCESS', 'part-00000', 'part-00001', 'part-00002']);
    expect(parts('inverted-index')).toEqual(['_SUCCESS', 'part-00000', 'part-00001']);
    expect(parts('latest-flights')).toHaveLength(5);
    expect(readFileSync(path.join(folder, 'out/word-count/_SUCCESS'), 'utf8')).toBe('');
  });

  it('counts every word', () => {
    // Counted by the tools of the system, as the lecture does.
    const counted = execFileSync(
      'sh',
      ['-c', "tr 'A-Z' 'a-z' < samples/hadoop.log | grep -oE '[a-z]{3,}' | sort | uniq -c"],
      { encoding: 'utf8' },
    );
    const expected = counted
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const found = allLines('word-count').map((line) => line.split('\t'));
    expect(new Map(found.map(([word, n]) => [word, n]))).toEqual(
      new Map(expected.map(([n, word]) => [word, n])),
    );
  });

  it('names the documents of each word, in the order of words', () => {
    const index = allLines('inverted-index');
    const documentsOf = (word: string) => index.find((line) => line.startsWith(`${word}\t`));
    expect(documentsOf('lufthansa')).toMatch(/(\t| )airlines\.ts( |$)/);
    expect(documentsOf('saveastextfile')).toMatch(/(\t| )mapreduce\.ts( |$)/);
    expect(documentsOf('saveastextfile')).not.toMatch(/airlines/);
    expect(index).toEqual([...index].sort());
  });

  it('keeps an airline in one part, its flights from the latest on', () => {
    const partsOfAirline = new Map<string, Set<string>>();
    for (const part of parts('latest-flights').filter((name) => name !== '_SUCCESS')) {
      let before: [string, number] | null = null;
      for (const line of linesOf('latest-flights', part)) {
        const [airline = '', minutes] = line.split('\t');
        if (before?.[0] === airline) expect(Number(minutes)).toBeLessThanOrEqual(before[1]);
        before = [airline, Number(minutes)];
        partsOfAirline.set(airline, (partsOfAirline.get(airline) ?? new Set()).add(part));
      }
    }
    expect(partsOfAirline.size).toBeGreaterThan(10);
    expect([...partsOfAirline.values()].every((found) => found.size === 1)).toBe(true);
  });

  it('refuses folders that exist and leaves them as they are', () => {
    const before = parts('word-count').length;
    const second = runSample('mapreduce.ts', [path.join(folder, 'out')]);
    expect(second.status).toBe(1);
    expect(second.stderr).toMatch(/IO-107.*word-count\s+already\s+exists/s);
    expect(parts('word-count')).toHaveLength(before);
  }, 70_000);

  it('leaves no half-written output when a job fails', () => {
    const broken = path.join(folder, 'flights.csv');
    const good = '2026-01-01,BA,BA970,LIS,LHR,1562,-6,on time\n';
    writeFileSync(broken, `${good.repeat(500)}2026-01-01,BA,BA971,LIS,LHR,1562,late,on time\n`);
    const failed = runSample('mapreduce.ts', [path.join(folder, 'half'), broken]);
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('this line is no flight: 2026-01-01,BA,BA971');
    expect(readdirSync(path.join(folder, 'half')).sort()).toEqual(['inverted-index', 'word-count']);
    expect(parts('inverted-index', 'half')).toContain('_SUCCESS');
    expect(existsSync(path.join(folder, 'half/latest-flights'))).toBe(false);
  }, 70_000);

  it('asks for a folder when there is none', () => {
    expect(runSample('mapreduce.ts', []).stderr).toContain('say which folder to write');
  }, 70_000);
});
