import { expect, it } from 'vitest';
import { codecOfPath, endingOfCodec, parseCodec, parseOutputCodec } from '#dist/io/codec.js';

it('tells the codec of a file by its ending', () => {
  expect(
    ['/a/b.gz', '/a/b.txt.GZ', '/a/b.deflate', '/a/b.bz2', '/a/gz', '/a.gz/b'].map(codecOfPath),
  ).toEqual(['gzip', 'gzip', 'deflate', 'bzip2', 'none', 'none']);
});

it('refuses endings of compressed forms that it cannot read', () => {
  expect(() => codecOfPath('/data/a.zst')).toThrow(/IO-109.*'\/data\/a\.zst'.*\.zst/);
});

it('knows short names and class names of Hadoop', () => {
  expect(
    [
      'gzip',
      'GZIP',
      'org.apache.hadoop.io.compress.GzipCodec',
      'org.apache.hadoop.io.compress.DefaultCodec',
      'org.apache.hadoop.io.compress.BZip2Codec',
      'none',
      undefined,
      null,
    ].map(parseCodec),
  ).toEqual(['gzip', 'gzip', 'gzip', 'deflate', 'bzip2', 'none', 'none', 'none']);
});

it('refuses a name that is no codec, even one that every object has', () => {
  expect(() => parseCodec('zip')).toThrow(/IO-109.*'zip'.*'gzip'/s);
  expect(() => parseCodec('constructor')).toThrow(/IO-109/);
});

it('refuses to write bzip2 and says what to use', () => {
  expect(() => parseOutputCodec('bzip2')).toThrow(/IO-109.*Cannot write bzip2.*GzipCodec/s);
  expect(parseOutputCodec('org.apache.hadoop.io.compress.GzipCodec')).toBe('gzip');
});

it('gives each codec its ending', () => {
  expect((['none', 'gzip', 'deflate', 'bzip2'] as const).map(endingOfCodec)).toEqual([
    '',
    '.gz',
    '.deflate',
    '.bz2',
  ]);
});
