// A saved session as the text of a program: imports and contexts in front, the end of the contexts behind. Pure.
import type { SavedProgram } from './language/protocol.js';

/** What a program needs to make the prompt's contexts itself. */
export interface SavedSettings {
  readonly master: string;
  readonly appName: string;
  /** Settings that the user gave, without master and name. */
  readonly conf: readonly (readonly [string, string])[];
  readonly batchSeconds: number;
}

/** The prompt's habits that a program has to bring along. */
const HABITS: Readonly<Record<string, string>> = {
  print: 'const print = (...values: unknown[]) => console.log(...values);',
  len: 'const len = (value: any): number => value.length ?? value.size;',
};

export function savedText(program: SavedProgram, settings: SavedSettings): string {
  const { body, declared } = program;
  const used = new Set(program.used);
  const usesStreams = used.has('ssc');
  const imports = ['SparkConf', 'SparkContext', ...(usesStreams ? ['StreamingContext'] : [])];
  const own = imports.filter((name) => !declared.includes(name));
  const isRunning = body.lastIndexOf('ssc.start(') > body.lastIndexOf('ssc.stop(');
  const lines = [
    '// A session of the tspark prompt, saved as a program.',
    `import { ${own.join(', ')} } from 'tspark';`,
    '',
    `const sc = SparkContext.getOrCreate(${confText(settings)});`,
    ...(usesStreams ? [`const ssc = new StreamingContext(sc, ${settings.batchSeconds});`] : []),
    ...Object.keys(HABITS)
      .filter((name) => used.has(name))
      .map((name) => HABITS[name]!),
    '',
    body,
    '',
    ...(usesStreams && isRunning ? ['await ssc.awaitTermination();'] : []),
    'await sc.stop();',
    '',
  ];
  return lines.join('\n');
}

function confText({ master, appName, conf }: SavedSettings): string {
  const settings = conf.map(([key, value]) => `.set(${quoted(key)}, ${quoted(value)})`);
  return `new SparkConf().setMaster(${quoted(master)}).setAppName(${quoted(appName)})${settings.join('')}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
