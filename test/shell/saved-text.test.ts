import { describe, expect, it } from 'vitest';
import { savedText } from '#dist/shell/saved-text.js';

const SETTINGS = {
  master: 'local[2]',
  appName: "Ann's",
  conf: [['spark.task.maxFailures', '1']] as const,
  batchSeconds: 0.5,
};

describe('the text of a saved session', () => {
  it('makes the contexts of the prompt and ends them', () => {
    expect(
      savedText({ body: 'console.log(1)', used: ['sc'], declared: [] }, SETTINGS).split('\n'),
    ).toEqual([
      '// A session of the tspark prompt, saved as a program.',
      "import { SparkConf, SparkContext } from 'tspark';",
      '',
      "const sc = SparkContext.getOrCreate(new SparkConf().setMaster('local[2]').setAppName('Ann\\'s').set('spark.task.maxFailures', '1'));",
      '',
      'console.log(1)',
      '',
      'await sc.stop();',
      '',
    ]);
  });

  it('waits for streams that were left running, and brings the habits of pyspark along', () => {
    const program = { body: 'ssc.start()\nprint(1)', used: ['ssc', 'print'], declared: [] };
    const lines = savedText(program, SETTINGS).split('\n');
    expect(lines).toContain('const ssc = new StreamingContext(sc, 0.5);');
    expect(lines).toContain('const print = (...values: unknown[]) => console.log(...values);');
    expect(lines.slice(-3)).toEqual(['await ssc.awaitTermination();', 'await sc.stop();', '']);
    const stopped = { ...program, body: 'ssc.start()\nawait ssc.stop()' };
    expect(savedText(stopped, SETTINGS)).not.toContain('awaitTermination');
  });

  it('does not import a name that the session declares itself', () => {
    const program = { body: '', used: ['sc'], declared: ['SparkConf'] };
    expect(savedText(program, SETTINGS)).toContain("import { SparkContext } from 'tspark';");
  });
});
