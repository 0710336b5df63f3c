// Folders and shortcuts that the tests of this room share.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { listInputFiles } from '#dist/io/listing.js';
import { computeSplits } from '#dist/io/splits.js';
import type { FileSplit } from '#dist/io/split.js';
import { openTextSplit } from '#dist/io/text-reader.js';
import { afterAll } from 'vitest';

/** The files that the conformance programs read, too. */
export const fixtures = fileURLToPath(new URL('../conformance/fixtures', import.meta.url));
export const ownFixtures = fileURLToPath(new URL('./fixtures', import.meta.url));

/** An empty folder that is removed when the tests of the file are over. */
export function makeFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tspark-io-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The lines of a split. */
export function readLines(split: FileSplit): string[] {
  const reader = openTextSplit(split);
  let text = '';
  for (let chunk = reader.next(); chunk !== null; chunk = reader.next()) text += chunk;
  reader.close();
  return text === '' ? [] : text.slice(0, -1).split('\n');
}

/** The lines of each partition, as `textFile(path, minPartitions).glom()` gives them. */
export function glom(paths: string, minPartitions: number): string[][] {
  return computeSplits(listInputFiles(paths), { kind: 'text' }, minPartitions).map(readLines);
}
