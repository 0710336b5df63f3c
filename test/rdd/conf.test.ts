// SparkConf, sizes and durations.
import { describe, expect, it } from 'vitest';
import { parseDuration, parseSize, settingOf, SparkConf, unknownKeyWarnings } from '#dist/conf.js';

describe('SparkConf', () => {
  it('keeps values as text and gives null for what is missing', () => {
    const conf = new SparkConf(false)
      .set('spark.x', 5)
      .setIfMissing('spark.x', 6)
      .setIfMissing('spark.y', true);
    expect([
      conf.get('spark.x'),
      conf.get('spark.y'),
      conf.get('spark.z'),
      conf.get('spark.z', 'd'),
    ]).toEqual(['5', 'true', null, 'd']);
    expect(conf.contains('spark.x')).toBe(true);
    expect(conf.contains('spark.z')).toBe(false);
  });

  it('masks secrets in its text', () => {
    const conf = new SparkConf(false).setAll([
      ['spark.my.password', 'hunter2'],
      ['spark.app.name', 'x'],
    ]);
    expect(conf.toDebugString()).toBe('spark.app.name=x\nspark.my.password=*********(redacted)');
  });

  it('takes environment variables one by one or as pairs', () => {
    const conf = new SparkConf(false)
      .setExecutorEnv('A', '1')
      .setExecutorEnv(null, null, [['B', '2']]);
    expect(conf.getAll()).toEqual([
      ['spark.executorEnv.A', '1'],
      ['spark.executorEnv.B', '2'],
    ]);
    expect(() => conf.setExecutorEnv()).toThrow(/CONF-101/);
    expect(() => conf.setExecutorEnv('A', '1', [['B', '2']])).toThrow(/CONF-101/);
  });

  it('refuses empty keys and missing values', () => {
    expect(() => new SparkConf(false).set('', 'x')).toThrow(/CONF-101/);
    expect(() => new SparkConf(false).set('spark.x', null as never)).toThrow(/CONF-101.*spark.x/);
  });

  it('falls back to the default of known keys', () => {
    expect(settingOf(new SparkConf(false), 'spark.driver.maxResultSize')).toBe('1g');
    expect(
      settingOf(
        new SparkConf(false).set('spark.driver.maxResultSize', '2g'),
        'spark.driver.maxResultSize',
      ),
    ).toBe('2g');
  });

  it('warns of unknown keys of tspark only', () => {
    const conf = new SparkConf(false).setAll([
      ['tspark.memory.block', '1g'],
      ['spark.whatever', '1'],
      ['tspark.xyz.unheard', '1'],
    ]);
    expect(unknownKeyWarnings(conf)).toEqual([
      'The configuration key tspark.memory.block is not known and has no effect. Did you mean tspark.memory.blocks?',
      'The configuration key tspark.xyz.unheard is not known and has no effect.',
    ]);
  });
});

describe('sizes', () => {
  it.each([
    ['0', 0],
    ['100', 100],
    ['1k', 1024],
    ['128m', 134_217_728],
    ['2G', 2_147_483_648],
    ['1.5kb', 1536],
    [' 1 TiB ', 1_099_511_627_776],
  ])('reads %j', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'x', '-1m', '1q', '1 000'])('refuses %j and names the key', (text) => {
    expect(() => parseSize(text, 'spark.key')).toThrow(/CONF-101.*spark\.key is/);
  });
});

describe('durations', () => {
  it.each([
    ['250', 250],
    ['100ms', 100],
    ['5s', 5000],
    ['2min', 120_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ])('reads %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('refuses other texts', () => {
    expect(() => parseDuration('soon', 'spark.key')).toThrow(/spark\.key is "soon"/);
  });
});
