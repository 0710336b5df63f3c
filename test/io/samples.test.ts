import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from './folders.js';

function rows(name: string): string[][] {
  const text = fs.readFileSync(path.resolve('samples', name), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => line.split(','));
}

describe('the airlines', () => {
  const [header, ...airlines] = rows('airlines.csv');

  it('are at least 300, each with a code of its own, a name, a country and a hub', () => {
    expect(header).toEqual(['iata', 'name', 'country', 'hub']);
    expect(airlines.length).toBeGreaterThanOrEqual(300);
    const withCode = airlines.filter(([, name]) => name !== 'Lufthansa Cargo');
    for (const airline of withCode) {
      expect(airline.join(',')).toMatch(/^[A-Z0-9]{2},[^,"]+,[A-Z][^,"]+,[A-Z]{3}$/);
    }
    expect(new Set(airlines.map(([code]) => code)).size).toBe(airlines.length);
  });

  it('hold what the first steps in the shell look for', () => {
    const named = airlines.filter(([, name]) => name!.includes('Lufthansa'));
    expect(named.map(([code, name, country, hub]) => [code, name, country, hub])).toEqual([
      ['LH', 'Lufthansa', 'Germany', 'FRA'],
      ['', 'Lufthansa Cargo', 'Germany', 'FRA'],
      ['VL', 'Lufthansa City Airlines', 'Germany', 'MUC'],
      ['CL', 'Lufthansa CityLine', 'Germany', 'MUC'],
    ]);
    expect(airlines.filter(([, , country]) => country === 'Germany').length).toBeGreaterThan(8);
  });
});

describe('the flights', () => {
  const [header, ...flights] = rows('flights.csv');

  it('are 20,000 that refer to airlines of the list', () => {
    expect(header).toEqual([
      'date',
      'airline',
      'flight',
      'origin',
      'destination',
      'distance_km',
      'delay_min',
      'status',
    ]);
    expect(flights).toHaveLength(20_000);
    const codes = new Set(rows('airlines.csv').map(([code]) => code));
    expect(flights.filter(([, code]) => !codes.has(code!))).toEqual([]);
  });

  it('have a delay unless they were cancelled', () => {
    const shape =
      /^2026-0\d-\d\d,\w\w,\w\w\d{3},[A-Z]{3},[A-Z]{3},\d+,(-?\d+,(on time|delayed|diverted)|,cancelled)$/;
    expect(flights.map((row) => row.join(',')).filter((row) => !shape.test(row))).toEqual([]);
  });
});

describe('the log', () => {
  const lines = fs.readFileSync(path.resolve('samples/hadoop.log'), 'utf8').trimEnd().split('\n');
  const entry = /^2016-12-30 \d\d:\d\d:\d\d,\d{3} (INFO|WARN|ERROR) org\.apache\.hadoop[\w.]+: \S/;

  it('is entries of three levels and many components, and stack traces', () => {
    const entries = lines.filter((line) => entry.test(line));
    expect(entries.length).toBeGreaterThan(1800);
    expect(new Set(entries.map((line) => line.split(' ')[2]))).toEqual(
      new Set(['INFO', 'WARN', 'ERROR']),
    );
    expect(new Set(entries.map((line) => line.split(' ')[3])).size).toBeGreaterThan(10);
    const others = lines.filter((line) => !entry.test(line));
    expect(others.length).toBeGreaterThan(20);
    expect(others.filter((line) => !/^\tat |^java\./.test(line))).toEqual([]);
  });
});

it('samples follow from their script and its seeds', () => {
  const folder = makeFolder();
  fs.mkdirSync(`${folder}/scripts`);
  fs.mkdirSync(`${folder}/samples`);
  fs.copyFileSync('samples/airlines.csv', `${folder}/samples/airlines.csv`);
  for (const name of ['make-samples.mjs', 'log-server.mjs', 'feeds.mjs']) {
    fs.copyFileSync(`scripts/${name}`, `${folder}/scripts/${name}`);
  }
  execFileSync(process.execPath, [`${folder}/scripts/make-samples.mjs`]);
  for (const name of ['flights.csv', 'hadoop.log']) {
    expect(
      fs.readFileSync(`${folder}/samples/${name}`).equals(fs.readFileSync(`samples/${name}`)),
    ).toBe(true);
  }
});
