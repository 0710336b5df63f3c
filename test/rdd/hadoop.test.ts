import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withContext } from './with-context.js';

const sc = withContext();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-hadoop-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const OLD = 'org.apache.hadoop.mapred.';
const NEW_IN = 'org.apache.hadoop.mapreduce.lib.input.';
const NEW_OUT = 'org.apache.hadoop.mapreduce.lib.output.';
const IO = 'org.apache.hadoop.io.';
const pairs = () =>
  sc().parallelize<[string, number]>(
    [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ],
    2,
  );

describe('SequenceFiles', () => {
  it('come back by each of the methods', async () => {
    const expected = [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ];
    await pairs().saveAsSequenceFile(at('seq'));
    expect(readdirSync(at('seq')).sort()).toEqual(['_SUCCESS', 'part-00000', 'part-00001']);
    expect(await sc().sequenceFile(at('seq')).collect()).toEqual(expected);
    await pairs().saveAsNewAPIHadoopFile(at('new-seq'), `${NEW_OUT}SequenceFileOutputFormat`);
    expect(readdirSync(at('new-seq')).sort()).toEqual(['_SUCCESS', 'part-r-00000', 'part-r-00001']);
    const read = sc().newAPIHadoopFile(at('new-seq'), `${NEW_IN}SequenceFileInputFormat`);
    expect(await read.collect()).toEqual(expected);
  });

  it('take the class of the first record, and say so where another comes', async () => {
    const mixed = sc().parallelize<[string, number]>([
      ['a', 1],
      ['b', 1.5],
    ]);
    await expect(mixed.saveAsSequenceFile(at('mixed'))).rejects.toThrow(
      /IO-114.*1\.5 is no IntWritable/,
    );
    expect(readdirSync(folder)).not.toContain('mixed');
    const format = `${OLD}SequenceFileOutputFormat`;
    await mixed.saveAsHadoopFile(at('doubles'), format, `${IO}Text`, `${IO}DoubleWritable`);
    expect(await sc().sequenceFile(at('doubles')).values().collect()).toEqual([1, 1.5]);
  });

  it('of an empty RDD need classes; empty partitions do not matter', async () => {
    const none = sc().parallelize<[string, string]>([], 2);
    await expect(none.saveAsSequenceFile(at('none'))).rejects.toThrow(/RDD-102.*RDD is empty/);
    const format = `${OLD}SequenceFileOutputFormat`;
    await none.saveAsHadoopFile(at('none'), format, `${IO}Text`, `${IO}Text`);
    expect(await sc().sequenceFile(at('none')).collect()).toEqual([]);
    await sc()
      .parallelize([['x', null]], 3)
      .saveAsSequenceFile(at('sparse'));
    expect(await sc().sequenceFile(at('sparse')).collect()).toEqual([['x', null]]);
  });

  it('may be compressed', async () => {
    await pairs().saveAsSequenceFile(at('gz'), `${IO}compress.GzipCodec`);
    expect(readFileSync(at('gz/part-00000'), 'latin1')).toContain('GzipCodec');
    expect(await sc().sequenceFile(at('gz')).keys().collect()).toEqual(['a', 'b', 'c']);
  });
});

describe('text formats', () => {
  it('are cut into partitions as text files are', async () => {
    writeFileSync(at('lines.txt'), 'ab\ncd\nef');
    const lines = sc().hadoopFile(at('lines.txt'), `${OLD}TextInputFormat`);
    expect(await lines.glom().collect()).toEqual([
      [
        [0, 'ab'],
        [3, 'cd'],
      ],
      [[6, 'ef']],
    ]);
    const newer = sc().newAPIHadoopFile<number, string>(
      at('lines.txt'),
      `${NEW_IN}TextInputFormat`,
    );
    expect(await newer.getNumPartitions()).toBe(1);
    expect(await newer.keys().sum()).toBe(9);
  });

  it('read keys before a separator of the settings, by their old names too', async () => {
    writeFileSync(at('kv.txt'), 'a=1\nb\n');
    const conf = { 'key.value.separator.in.input.line': '=', 'mapred.input.dir': at('kv.txt') };
    const read = sc().hadoopRDD(`${OLD}KeyValueTextInputFormat`, null, null, null, null, conf);
    expect(await read.collect()).toEqual([
      ['a', '1'],
      ['b', ''],
    ]);
  });

  it('write by settings: separator, compression, path', async () => {
    const conf = new Map([
      ['mapred.output.dir', at('by-settings')],
      ['mapred.textoutputformat.separator', ':'],
      ['mapred.output.compress', 'true'],
      ['mapred.output.compression.codec', `${IO}compress.GzipCodec`],
    ]);
    await pairs().coalesce(1).saveAsHadoopDataset(conf);
    const bytes = readFileSync(at('by-settings/part-00000.gz'));
    expect(zlib.gunzipSync(bytes).toString()).toBe('a:1\nb:2\nc:3\n');
  });
});

describe('what has no counterpart', () => {
  it('is refused by its name, with the way to go', () => {
    expect(() => sc().hadoopFile('x', 'com.example.Format')).toThrow(
      /IO-115.*class com\.example\.Format\. It knows org\.apache\.hadoop\.mapred\.TextInputFormat.*sc\.textFile/,
    );
    expect(() => pairs().saveAsHadoopFile('x', `${NEW_OUT}TextOutputFormat`)).toThrow(
      /IO-115.*knows org\.apache\.hadoop\.mapred\.TextOutputFormat/,
    );
    expect(() => sc().sequenceFile('x', `${IO}Text`, `${IO}ArrayWritable`)).toThrow(
      /IO-115.*sequenceFile names the class org\.apache\.hadoop\.io\.ArrayWritable/,
    );
    expect(() => sc().sequenceFile('x', null, null, 'com.example.C')).toThrow(
      /IO-115.*converter com\.example\.C.*\.map/,
    );
  });

  it('is missing: a format, a path, settings', () => {
    expect(() => sc().hadoopFile('x', '')).toThrow(/RDD-101.*needs the class name of a format/);
    expect(() => sc().hadoopRDD(`${OLD}TextInputFormat`)).toThrow(
      /RDD-101.*the input path is not set.*'mapreduce\.input\.fileinputformat\.inputdir'/,
    );
    expect(() => pairs().saveAsHadoopDataset(new Map())).toThrow(
      /RDD-101.*the output path is not set/,
    );
    expect(() => pairs().saveAsHadoopDataset('x' as never)).toThrow(
      /RDD-101.*Map or a plain object/,
    );
    const conf = { 'textinputformat.record.delimiter': ';' };
    expect(() =>
      sc().hadoopFile('x', `${OLD}TextInputFormat`, null, null, null, null, conf),
    ).toThrow(/RDD-101.*cannot end lines by ";"/);
  });
});
