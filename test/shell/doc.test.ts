import { afterEach, describe, expect, it } from 'vitest';
import { docText } from '#dist/shell/print/doc-text.js';
import { loadStyle, PLAIN_STYLE } from '#dist/shell/style.js';
import { FakeShell } from './fake-shell.js';

let fake: FakeShell;

afterEach(() => fake.leave());

const MAP = {
  declaration: '(method) RDD<any>.map<U>(f: (record: any) => U): RDD<U>',
  text: 'Applies a function\nto every record.\n\n**Cost** Lazy; `no` shuffle.\n\n**Example**\n```ts\nrdd.map(x => x);\n  // =>\n```',
  tags: [],
};
const MAP_TEXT = [
  'RDD<T>.map<U>(f: (record: any) => U): RDD<U>',
  '',
  'Applies a function to every record.',
  '',
  'Cost Lazy; no shuffle.',
  '',
  'Example',
  '',
  '  rdd.map(x => x);',
  '    // =>',
];

describe('.doc and ?', () => {
  it('finds a method of an RDD by its bare name', async () => {
    fake = new FakeShell();
    fake.documentation['(null! as import("tspark").RDD<any>).map'] = MAP;
    await fake.type('.doc map');
    expect(fake.screen.text).toBe(['>>> .doc map', ...MAP_TEXT, '>>>'].join('\n'));
    expect(fake.runner.seen).toEqual([]);
  });

  it('tells what a value is and then what its class is', async () => {
    fake = new FakeShell();
    fake.documentation.rdd = { declaration: 'const rdd: RDD<string>', text: '', tags: [] };
    fake.documentation['(null! as import("tspark").RDD<any>)'] = {
      declaration: '(alias) class RDD<T>\nexport RDD',
      text: 'A distributed collection.',
      tags: [],
    };
    await fake.type('rdd?');
    expect(fake.screen.text).toBe(
      '>>> rdd?\nconst rdd: RDD<string>\n\nclass RDD<T>\n\nA distributed collection.\n>>>',
    );
  });

  it('tells the type of an expression that has no name', async () => {
    fake = new FakeShell();
    await fake.type('n?');
    expect(fake.screen.text).toBe('>>> n?\nn: number\n>>>');
  });

  it('says that it knows nothing of a name', async () => {
    fake = new FakeShell();
    fake.documentation.nosuch = { declaration: 'any', text: '', tags: [] };
    await fake.type('nosuch?', '.doc');
    expect(fake.screen.text).toBe(
      '>>> nosuch?\nNothing is known of nosuch. Try .doc reduceByKey, .doc sc.textFile or rdd.map?\n' +
        '>>> .doc\nusage: .doc <method or expression>\n>>>',
    );
  });

  it('leaves a conditional expression to TypeScript', async () => {
    fake = new FakeShell();
    await fake.type('a ?');
    expect(fake.runner.seen.map(({ text }) => text)).toEqual(['a ?']);
  });
});

describe('docText', () => {
  it('wraps paragraphs to the width and leaves code as it is', () => {
    fake = new FakeShell();
    const doc = { declaration: 'f(): void', text: 'one two three four five six', tags: [] };
    expect(docText(doc, PLAIN_STYLE, 21)).toBe('f(): void\n\none two three four\nfive six');
  });

  it('sets headings off where there is colour', async () => {
    fake = new FakeShell();
    const style = await loadStyle(true);
    expect(docText(MAP, style, 80)).toContain('\x1b[1mCost\x1b[22m Lazy; no shuffle.');
  });
});
