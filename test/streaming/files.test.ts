import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { START_MS, useBench } from './bench.js';

const open = useBench();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file that was last changed at a second of the bench's time. */
function put(name: string, text: string | Uint8Array, second: number): void {
  writeFileSync(join(folder, name), text);
  const time = START_MS / 1000 + second;
  utimesSync(join(folder, name), time, time);
}

describe('textFileStream', () => {
  it('reads files that appear, once each', async () => {
    const b = open();
    const seen = b.collect(b.ssc.textFileStream(folder));
    b.ssc.start();
    await b.pass(1);
    put('a.txt', 'one\ntwo\n', 1.5);
    await b.pass(1);
    put('b.txt', 'three\n', 2.5);
    await b.pass(2);
    expect(seen).toEqual([[], ['one', 'two'], ['three'], []]);
  });

  it('takes several files of a batch in the order they were changed', async () => {
    const b = open();
    const seen = b.collect(b.ssc.textFileStream(folder));
    b.ssc.start();
    put('z.txt', 'first\n', 0.2);
    put('a, b.txt', 'second\n', 0.4);
    put('[c].txt', 'third\n', 0.6);
    await b.pass(1);
    expect(seen).toEqual([['first', 'second', 'third']]);
  });

  it('skips what is there at the start and says so', async () => {
    const b = open();
    put('old.txt', 'old\n', -100);
    put('_SUCCESS', '', -100);
    const seen = b.collect(b.ssc.textFileStream(folder));
    b.ssc.start();
    await b.pass(2);
    expect(seen).toEqual([[], []]);
    expect(b.eventsOf('notice').map((event) => event.text)).toEqual([
      `textFileStream('${folder}'): 1 file (old.txt) in ${folder} older than the start of the stream: skipped ({ existing: true } reads them).`,
    ]);
  });

  it('reads an old file that is moved in later', async () => {
    const b = open();
    const seen = b.collect(b.ssc.textFileStream(folder));
    b.ssc.start();
    put('moved.txt', 'old but new here\n', -5000);
    await b.pass(1);
    expect(seen).toEqual([['old but new here']]);
  });

  it('leaves a file of the future until its time has come', async () => {
    const b = open();
    const seen = b.collect(b.ssc.textFileStream(folder));
    b.ssc.start();
    put('soon.txt', 'soon\n', 1.5);
    await b.pass(2);
    expect(seen).toEqual([[], ['soon']]);
  });

  it('does not read a file again that changes after it was read, and says so', async () => {
    const b = open();
    const seen = b.collect(b.ssc.textFileStream(folder));
    b.ssc.start();
    put('a.txt', 'one\n', 0.5);
    await b.pass(1);
    put('a.txt', 'one\ntwo\n', 1.5);
    await b.pass(2);
    expect(seen).toEqual([['one'], [], []]);
    expect(b.eventsOf('notice').at(-1)?.text).toMatch(/1 file \(a.txt\) changed after being read/);
  });

  it('waits for a folder that does not exist yet, and says so once', async () => {
    const b = open();
    const later = join(folder, 'later');
    const seen = b.collect(b.ssc.textFileStream(later));
    b.ssc.start();
    await b.pass(2);
    mkdirSync(later);
    put('later/a.txt', 'here\n', 2.5);
    await b.pass(1);
    expect(seen).toEqual([[], [], ['here']]);
    expect(b.eventsOf('notice').map((event) => event.text)).toEqual([
      `textFileStream('${later}'): the folder ${later} does not exist. It is looked at again with every batch.`,
    ]);
  });
});

describe('binaryRecordsStream', () => {
  it('cuts new files into records', async () => {
    const b = open();
    const seen = b.collect(b.ssc.binaryRecordsStream(folder, 2).map((bytes) => [...bytes]));
    b.ssc.start();
    put('a.bin', new Uint8Array([1, 2, 3, 4]), 0.5);
    await b.pass(1);
    expect(seen).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });
});
