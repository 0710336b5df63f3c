import fs from 'node:fs';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listInputFiles } from '#dist/io/listing.js';
import { abortOutput, commitOutput, prepareOutput } from '#dist/io/output.js';
import { recordText } from '#dist/io/record-text.js';
import type { Codec } from '#dist/io/split.js';
import type { TaskWriter } from '#dist/io/part-file.js';
import { openTaskWriter } from '#dist/io/writers.js';
import { fixtures, makeFolder } from './folders.js';

const folder = makeFolder();
let next = 0;

function newPath(): string {
  return `${folder}/out-${next++}`;
}

function openText(path: string, partition = 0, attempt = 0, codec: Codec = 'none'): TaskWriter {
  return openTaskWriter({ path, partition, attempt, format: 'text', codec });
}

function writeAll(writer: TaskWriter, records: readonly unknown[]): void {
  for (const record of records) writer.write(record);
  writer.commit();
}

describe('an output folder', () => {
  it('holds a part for each partition and a mark of success', () => {
    const path = newPath();
    prepareOutput(path);
    writeAll(openText(path, 0), ['a', 'b']);
    writeAll(openText(path, 1), ['c', 'd']);
    writeAll(openText(path, 2), []);
    commitOutput(path);
    expect(fs.readdirSync(path).sort()).toEqual([
      '_SUCCESS',
      'part-00000',
      'part-00001',
      'part-00002',
    ]);
    expect(fs.readFileSync(`${path}/part-00000`, 'utf8')).toBe('a\nb\n');
    expect(fs.readFileSync(`${path}/part-00001`, 'utf8')).toBe('c\nd\n');
    expect(fs.statSync(`${path}/part-00002`).size).toBe(0);
    expect(fs.statSync(`${path}/_SUCCESS`).size).toBe(0);
  });

  it('is made with the folders above it', () => {
    const path = `${newPath()}/b/c`;
    prepareOutput(path);
    commitOutput(path);
    expect(fs.readdirSync(path)).toEqual(['_SUCCESS']);
  });

  it('that exists is refused and left alone, also by an abort', () => {
    const path = newPath();
    fs.mkdirSync(path);
    fs.writeFileSync(`${path}/part-00000`, 'first');
    expect(() => prepareOutput(path)).toThrow(
      `[IO-107] Output directory ${path} already exists. Nothing was written; choose another folder, or remove that one first.`,
    );
    abortOutput(path);
    expect(fs.readdirSync(path)).toEqual(['part-00000']);
    expect(() => prepareOutput(`${fixtures}/hello.txt`)).toThrow(/IO-107/);
  });

  it('cannot be made below a file or where writing is not allowed', () => {
    expect(() => prepareOutput(`${fixtures}/hello.txt/x`)).toThrow(
      /IO-108.*hello\.txt\/x'.*is a file, not a folder/,
    );
    expect(() => prepareOutput(' ')).toThrow(/IO-106.*output path is empty/);
    expect(() => prepareOutput('hdfs://host/x')).toThrow(/IO-105.*scheme "hdfs"/);
  });

  it('shows nothing to readers before it is committed', () => {
    const path = newPath();
    prepareOutput(path);
    const writer = openText(path);
    writer.write('a');
    expect(listInputFiles(path)).toEqual([]);
    writer.abort();
  });

  it('disappears when the job is aborted', () => {
    const path = newPath();
    prepareOutput(path);
    writeAll(openText(path, 0), ['a']);
    openText(path, 1).write('half');
    abortOutput(path);
    expect(fs.existsSync(path)).toBe(false);
  });

  it('has the part of the attempt that commits, whatever other attempts leave behind', () => {
    const path = newPath();
    prepareOutput(path);
    openText(path, 0, 0).write('lost with its worker');
    const failed = openText(path, 0, 1);
    failed.write('failed');
    failed.abort();
    writeAll(openText(path, 0, 2), ['done']);
    commitOutput(path);
    expect(fs.readdirSync(path).sort()).toEqual(['_SUCCESS', 'part-00000']);
    expect(fs.readFileSync(`${path}/part-00000`, 'utf8')).toBe('done\n');
  });
});

describe('a text part', () => {
  function written(records: readonly unknown[]): Buffer {
    const path = newPath();
    prepareOutput(path);
    const writer = openText(path);
    writeAll(writer, records);
    commitOutput(path);
    const bytes = fs.readFileSync(`${path}/part-00000`);
    expect(writer.bytesWritten).toBe(bytes.length);
    expect(writer.recordsWritten).toBe(records.length);
    return bytes;
  }

  it('has strings and bytes as they are', () => {
    expect(written(['¡Hola!', '测试', '🎉', 'a\nb', '']).toString()).toBe(
      '¡Hola!\n测试\n🎉\na\nb\n\n',
    );
    const bytes = new Uint8Array([0xff, 0x00]);
    expect([...written(['x', bytes, bytes, 'y'])]).toEqual([
      0x78, 10, 0xff, 0, 10, 0xff, 0, 10, 0x79, 10,
    ]);
  });

  it('has other values as a print shows them, in full and on one line', () => {
    const long = Array.from({ length: 150 }, (_, i) => i);
    expect(written([['a', 1], 1.5, null, true]).toString()).toBe("[ 'a', 1 ]\n1.5\nnull\ntrue\n");
    expect(recordText([['k', [1, { a: { b: { c: { d: 1 } } } }]]])).toBe(
      "[ [ 'k', [ 1, { a: { b: { c: { d: 1 } } } } ] ] ]",
    );
    expect(recordText(new Map([['k', 1]]))).toBe("Map(1) { 'k' => 1 }");
    expect(recordText(long)).toBe(`[ ${long.join(', ')} ]`);
    expect(recordText(['x'.repeat(200), 'a\nb'])).toBe(`[ '${'x'.repeat(200)}', 'a\\nb' ]`);
    expect([1n, undefined, Number.NaN, Symbol('s')].map(recordText)).toEqual([
      '1',
      'undefined',
      'NaN',
      'Symbol(s)',
    ]);
  });

  it('may be large, with lines longer than the buffer', () => {
    const line = 'ä€🎉'.repeat(30_000);
    expect(written(['a', line, 'b', line]).toString()).toBe(`a\n${line}\nb\n${line}\n`);
    const numbers = Array.from({ length: 50_000 }, (_, i) => i);
    expect(written(numbers).toString()).toBe(`${numbers.join('\n')}\n`);
  });
});

describe('a compressed part', () => {
  it('has the ending of its codec and can be read by others', () => {
    const path = newPath();
    const lines = Array.from({ length: 30_000 }, (_, i) => `line ${i * i}`);
    prepareOutput(path);
    writeAll(openText(path, 0, 0, 'gzip'), lines);
    writeAll(openText(path, 1, 0, 'deflate'), ['foo', 'bar']);
    writeAll(openText(path, 2, 0, 'gzip'), []);
    commitOutput(path);
    const read = (name: string) => fs.readFileSync(`${path}/${name}`);
    expect(zlib.gunzipSync(read('part-00000.gz')).toString()).toBe(`${lines.join('\n')}\n`);
    expect(zlib.inflateSync(read('part-00001.deflate')).toString()).toBe('foo\nbar\n');
    expect(zlib.gunzipSync(read('part-00002.gz')).toString()).toBe('');
  });

  it('cannot be bzip2', () => {
    const path = newPath();
    prepareOutput(path);
    expect(() => openText(path, 0, 0, 'bzip2')).toThrow(/IO-109.*Cannot write bzip2/);
  });
});

describe.skipIf(!fs.existsSync('/dev/full'))('a full disk', () => {
  it('is an error that names the file', async () => {
    const { fileSystems } = await import('#dist/io/file-systems.js');
    const handle = fileSystems.for('/dev/full').openWrite('/dev/full');
    expect(() => handle.write(Buffer.from('x'), 0, 1)).toThrow(
      /IO-502.*Cannot write '\/dev\/full'.*ENOSPC/,
    );
    handle.close();
  });
});
