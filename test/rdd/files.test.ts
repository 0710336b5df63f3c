// Files in every shape, read in any number of partitions. Expected layouts, one array a partition, were printed by
// PySpark 4.3 for the same bytes; where the order of files is the file system's there, it is that of their names here.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sorted, withContext } from './with-context.js';

const sc = withContext();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
/** Writes a file, text as UTF-8, into a folder of its own. */
function file(name: string, content: string | Uint8Array): string {
  const own = join(folder, String(made++));
  mkdirSync(own);
  writeFileSync(join(own, name), content);
  return join(own, name);
}
const bytes = (latin1: string) => Buffer.from(latin1, 'latin1');

describe('lines', () => {
  const MIXED = 'one\r\ntwo\rthree\nfour\r\r\nfive\n\n';
  it.each([
    [1, MIXED, [['one', 'two', 'three', 'four', '', 'five', '']]],
    [3, MIXED, [['one', 'two', 'three'], ['four'], ['', 'five', ''], []]],
    [8, MIXED, [['one'], ['two'], ['three'], [], ['four'], [], [''], ['five'], [''], []]],
    [1, '', []],
    [8, '', []],
    [8, '\n', [['']]],
    [3, '\r\n\r\n', [[''], [''], [], []]],
    [2, 'first\nlast without newline', [['first', 'last without newline'], []]],
    [3, 'x\ry\rz', [['x'], ['y'], [], ['z'], []]],
    [1, 'a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg\n', [['a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg']]],
  ])('in at least %d partitions: %j', async (partitions, content, layout) => {
    const lines = sc().textFile(file('lines.txt', content), partitions);
    expect(await lines.glom().collect()).toEqual(layout);
  });

  it.each([
    [1, [['längere Zeile ü', 'zweite €', '𝄞 clef']]],
    [3, [['längere Zeile ü'], ['zweite €'], ['𝄞 clef']]],
    [8, [['längere Zeile ü'], [], [], [], ['zweite €'], [], [], ['𝄞 clef'], [], []]],
  ])('are never cut inside a character, in %d partitions', async (partitions, layout) => {
    const text = file('unicode.txt', 'längere Zeile ü\nzweite €\n𝄞 clef\n');
    expect(await sc().textFile(text, partitions).glom().collect()).toEqual(layout);
  });

  it('lose a byte order mark and keep a place for invalid bytes', async () => {
    const marked = file('bom.txt', bytes('\xef\xbb\xbfbom\nx'));
    expect(await sc().textFile(marked, 1).collect()).toEqual(['bom', 'x']);
    const broken = file('bad.txt', bytes('bad \xff\xfe byte\nok\n\xc3'));
    expect(await sc().textFile(broken, 3).glom().collect()).toEqual([
      ['bad \ufffd\ufffd byte'],
      [],
      ['ok', '\ufffd'],
      [],
    ]);
  });
});

describe('compressed text', () => {
  it.each([
    ['one.gz', gzipSync('g1\ng2\r\ng3'), ['g1', 'g2', 'g3']],
    ['members.gz', Buffer.concat([gzipSync('m1\n'), gzipSync('m2\nm3')]), ['m1', 'm2', 'm3']],
    ['one.deflate', deflateSync('d1\nd2\n'), ['d1', 'd2']],
  ])('%s is read whole in one partition', async (name, content, lines) => {
    expect(await sc().textFile(file(name, content), 8).glom().collect()).toEqual([lines]);
  });

  it('of bzip2 is read too', async () => {
    const fixture = new URL('../conformance/fixtures/lines.txt.bz2', import.meta.url).pathname;
    expect(await sc().textFile(fixture).collect()).toEqual(['bz one', 'bz two']);
  });

  it('is written with the codec’s ending and read again', async () => {
    for (const [codec, ending] of [
      ['org.apache.hadoop.io.compress.GzipCodec', '.gz'],
      ['org.apache.hadoop.io.compress.DefaultCodec', '.deflate'],
    ] as const) {
      const into = join(folder, `written${ending}`);
      await sc().parallelize(['a', 'é'], 2).saveAsTextFile(into, codec);
      expect(
        readdirSync(into)
          .filter((name) => name.startsWith('part'))
          .sort(),
      ).toEqual([`part-00000${ending}`, `part-00001${ending}`]);
      expect(await sc().textFile(into).collect()).toEqual(['a', 'é']);
    }
  });
});

describe('folders, globs and lists', () => {
  function parts(): string {
    const own = join(folder, String(made++));
    mkdirSync(join(own, '_tmp'), { recursive: true });
    for (const i of [9, 1, 2, 0]) writeFileSync(join(own, `part-${i}`), `p${i}\n`);
    writeFileSync(join(own, '_SUCCESS'), '');
    writeFileSync(join(own, '.hidden'), 'x\n');
    return own;
  }

  it('are read file by file, hidden ones left out', async () => {
    const own = parts();
    expect(await sc().textFile(own).collect()).toEqual(['p0', 'p1', 'p2', 'p9']);
    expect(await sc().textFile(`${own}/part-*`).collect()).toEqual(['p0', 'p1', 'p2', 'p9']);
    expect(await sc().textFile(`${own}/part-{9,0}`).collect()).toEqual(['p0', 'p9']);
    expect(await sc().textFile(`${own}/part-[12]`).collect()).toEqual(['p1', 'p2']);
    expect(await sc().textFile(`${own}/?art-9,${own}/part-0`).collect()).toEqual(['p9', 'p0']);
    expect(await sc().textFile(`file://${own}`).count()).toBe(4);
  });

  it('give at least a partition for each file that is not empty', async () => {
    const own = parts();
    writeFileSync(join(own, 'empty'), '');
    expect(await sc().textFile(own, 1).getNumPartitions()).toBe(4);
  });

  it('are refused by name when nothing is there', async () => {
    await expect(sc().textFile(join(folder, 'nope.txt')).count()).rejects.toThrow(/nope\.txt/);
    await expect(sc().textFile(join(folder, 'no*.txt')).count()).rejects.toThrow(/no\*\.txt/);
    const list = `${file('a.txt', 'a')},${join(folder, 'nope.txt')}`;
    await expect(sc().textFile(list).count()).rejects.toThrow(/nope\.txt/);
  });
});

describe('whole files, binary files and records', () => {
  it('keep every byte: line endings, byte order marks, nothing at all', async () => {
    const first = file('a.txt', 'x\r\ny\n');
    const own = join(first, '..');
    writeFileSync(join(own, 'b.txt'), '');
    writeFileSync(join(own, 'c.txt'), bytes('\xef\xbb\xbfz'));
    writeFileSync(join(own, 'd.txt'), 'é\n');
    const whole = await sc().wholeTextFiles(own).collect();
    expect(sorted(whole.map(([path, text]) => [basename(path), text]))).toEqual([
      ['a.txt', 'x\r\ny\n'],
      ['b.txt', ''],
      ['c.txt', '\ufeffz'],
      ['d.txt', 'é\n'],
    ]);
    expect(whole.every(([path]) => path.startsWith('file:/'))).toBe(true);
  });

  it('give the bytes of each file by its path', async () => {
    const own = join(file('a.bin', new Uint8Array([0, 1, 255])), '..');
    writeFileSync(join(own, 'b.bin'), '');
    const found = await sc().binaryFiles(own).collect();
    expect(sorted(found.map(([path, content]) => [basename(path), [...content]]))).toEqual([
      ['a.bin', [0, 1, 255]],
      ['b.bin', []],
    ]);
  });

  it('cut binary files into records of one length', async () => {
    const records = file('r.bin', new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
    expect((await sc().binaryRecords(records, 4).collect()).map((r) => [...r])).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
    expect(await sc().binaryRecords(file('none.bin', ''), 3).count()).toBe(0);
    await expect(sc().binaryRecords(records, 5).count()).rejects.toThrow(/5/);
  });
});

describe('object files', () => {
  it('bring back values of every kind, and their partitions', async () => {
    const values = [1, 'a', null, [1, [2, [3]]], new Map([['k', 1]]), 5n, new Date(0), Number.NaN];
    const into = join(folder, 'objects');
    await sc().parallelize(values, 3).saveAsObjectFile(into);
    expect(await sc().objectFile(into).collect()).toEqual(values);
    const empty = join(folder, 'no-objects');
    await sc().parallelize([], 2).saveAsObjectFile(empty);
    expect(await sc().objectFile(empty).collect()).toEqual([]);
  });
});

describe('text output', () => {
  it('has a file for each partition, empty ones too, and PySpark’s texts', async () => {
    const into = join(folder, 'deep', 'er', 'out');
    await sc().parallelize([1, 'two', 3.5, -0.25, 'é', 'multi\nline', ''], 3).saveAsTextFile(into);
    const part = (i: number) => readFileSync(join(into, `part-0000${i}`), 'utf8');
    expect([part(0), part(1), part(2)]).toEqual(['1\ntwo\n', '3.5\n-0.25\n', 'é\nmulti\nline\n\n']);
    const none = join(folder, 'none');
    await sc().emptyRDD().saveAsTextFile(none);
    expect(readdirSync(none).filter((name) => !name.startsWith('.'))).toEqual(['_SUCCESS']);
  });
});
