// The command line as data: options, the program to run, or what to say instead. yargs is loaded only where
// there is something to parse, so that a plain start does not pay for it.
import { editDistance, nearest } from './nearest.js';

export type ProgramSource =
  /** Prompt at a terminal, otherwise the standard input as a script. */
  | { readonly kind: 'input' }
  | { readonly kind: 'eval'; readonly code: string }
  | { readonly kind: 'script'; readonly path: string; readonly args: readonly string[] };

export interface ShellOptions {
  /** Null where neither `--master` nor the configuration says. */
  readonly master: string | null;
  readonly name: string | null;
  readonly conf: readonly (readonly [string, string])[];
  readonly batchIntervalSeconds: number;
  readonly init: string | null;
  readonly program: ProgramSource;
  readonly checksTypes: boolean;
  readonly allowsColour: boolean;
  readonly isQuiet: boolean;
  /** For screen readers and terminals that can only print: nothing is drawn twice. */
  readonly isPlain: boolean;
}

export type CommandLine =
  | { readonly kind: 'run'; readonly options: ShellOptions }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage'; readonly message: string };

const DEFAULTS: ShellOptions = {
  master: null,
  name: null,
  conf: [],
  batchIntervalSeconds: 1,
  init: null,
  program: { kind: 'input' },
  checksTypes: true,
  allowsColour: true,
  isQuiet: false,
  isPlain: false,
};

const OPTIONS = {
  master: {
    type: 'string',
    requiresArg: true,
    describe:
      'local[N], local[*] (the default), or a Spark cluster: spark://host:port, spark-local[N]',
  },
  name: { type: 'string', requiresArg: true, describe: 'name of the application' },
  conf: { type: 'string', requiresArg: true, describe: 'a setting as key=value; may be repeated' },
  'batch-interval': {
    type: 'string',
    requiresArg: true,
    describe: 'seconds a batch of ssc lasts (default 1)',
  },
  eval: {
    alias: 'e',
    type: 'string',
    requiresArg: true,
    describe: 'run this code, print its last value, exit',
  },
  init: {
    alias: 'i',
    type: 'string',
    requiresArg: true,
    describe: 'run this file before the prompt',
  },
  'no-types': { type: 'boolean', describe: 'run cells without checking their types' },
  'no-color': { type: 'boolean', describe: 'no colours (as with NO_COLOR set)' },
  plain: {
    type: 'boolean',
    describe: 'for screen readers: no colours, no boxes, nothing drawn twice',
  },
  quiet: { alias: 'q', type: 'boolean', describe: 'no banner and no notices' },
  version: { alias: 'v', type: 'boolean', describe: 'print the version' },
  help: { alias: 'h', type: 'boolean', describe: 'print this help' },
} as const;

const USAGE = `tspark [options] [script.ts [args…]]

Opens a prompt with sc and ssc ready, or runs a script: a file, --eval, or the
standard input where that is not a terminal.`;

const EXAMPLES = `Examples:
  tspark
  tspark --master 'local[2]' -e "sc.textFile('samples/airlines.csv').count()"
  tspark count.ts samples/airlines.csv

~/.tsparkrc.ts runs first. Exit status: 0 done, 1 the code failed, 2 usage, 130 interrupted.`;

export async function parseCommandLine(argv: readonly string[]): Promise<CommandLine> {
  if (argv.length === 0) return { kind: 'run', options: DEFAULTS };
  const { default: yargs } = await import('yargs');
  const parser = yargs([...argv])
    // yargs would answer these two itself.
    .help(false)
    .version(false)
    .usage(USAGE)
    .options(OPTIONS)
    .epilogue(EXAMPLES)
    .wrap(80)
    .exitProcess(false)
    // What follows the script's name belongs to the script; `--no-types` is a name of its own.
    .parserConfiguration({
      'halt-at-non-option': true,
      'boolean-negation': false,
      'camel-case-expansion': false,
    })
    .fail((message, error) => {
      throw error ?? new Error(message);
    });
  try {
    const parsed = (await parser.parseAsync()) as Record<string, unknown>;
    if (parsed.help === true) return { kind: 'help', text: `${await parser.getHelp()}\n` };
    if (parsed.version === true) return { kind: 'version' };
    const { KNOWN_SETTINGS } = await import('../conf.js');
    return await readOptions(parsed, Object.keys(KNOWN_SETTINGS));
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
}

/** Loaded only where a master is given: the way to the prompt is short. */
async function isKnownMaster(master: string): Promise<boolean> {
  return (await import('../rdd/master.js')).isMaster(master);
}

async function readOptions(
  parsed: Record<string, unknown>,
  settings: readonly string[],
): Promise<CommandLine> {
  const unknown = unknownOption(parsed);
  if (unknown !== null) return usage(unknown);
  const repeated = ['master', 'name', 'batch-interval', 'eval', 'init'].find((name) =>
    Array.isArray(parsed[name]),
  );
  if (repeated !== undefined) return usage(`--${repeated} may be given only once.`);
  const master = text(parsed.master);
  if (master !== null && !(await isKnownMaster(master))) {
    return usage(
      `--master ${master} is not known here: use local, local[N] or local[*]; on a cluster spark://host:port, yarn, k8s://… or spark-local[N].`,
    );
  }
  const interval = Number(text(parsed['batch-interval']) ?? DEFAULTS.batchIntervalSeconds);
  if (!(interval > 0 && interval < Number.POSITIVE_INFINITY)) {
    return usage(
      `--batch-interval ${String(parsed['batch-interval'])} is not a positive number of seconds.`,
    );
  }
  const conf = [parsed.conf ?? []].flat().map((entry) => splitConf(String(entry)));
  const broken = conf.find((entry) => typeof entry === 'string');
  if (broken !== undefined) return usage(broken as string);
  const mistyped = mistypedKey(conf as [string, string][], settings);
  if (mistyped !== null) return usage(mistyped);
  const program = programOf(parsed);
  if (typeof program === 'string') return usage(program);
  return {
    kind: 'run',
    options: {
      master,
      name: text(parsed.name),
      conf: conf as [string, string][],
      batchIntervalSeconds: interval,
      init: text(parsed.init),
      program,
      checksTypes: parsed['no-types'] !== true,
      allowsColour: parsed['no-color'] !== true,
      isQuiet: parsed.quiet === true,
      isPlain: parsed.plain === true,
    },
  };
}

function programOf(parsed: Record<string, unknown>): ProgramSource | string {
  const [script, ...args] = (parsed._ as unknown[]).map(String);
  const code = text(parsed.eval);
  if (code !== null && script !== undefined) {
    return `--eval runs its own code, so ${script} cannot be run as well: give one of them.`;
  }
  if (code !== null) return { kind: 'eval', code };
  return script === undefined ? { kind: 'input' } : { kind: 'script', path: script, args };
}

function unknownOption(parsed: Record<string, unknown>): string | null {
  const aliases = Object.values(OPTIONS).flatMap((option) =>
    'alias' in option ? [option.alias] : [],
  );
  const known = [...Object.keys(OPTIONS), ...aliases];
  const name = Object.keys(parsed).find(
    (key) => key !== '_' && key !== '$0' && !known.includes(key as never),
  );
  if (name === undefined) return null;
  const dashed = name.length === 1 ? `-${name}` : `--${name}`;
  const meant = nearest(name, Object.keys(OPTIONS));
  return `There is no option ${dashed}${meant === null ? '.' : `; did you mean --${meant}?`}`;
}

/** A key that is nearly one that tspark reads. Others are Spark's own, and are kept. */
function mistypedKey(
  conf: readonly (readonly [string, string])[],
  known: readonly string[],
): string | null {
  for (const [key] of conf) {
    if (known.includes(key)) continue;
    const meant = known.find((name) => editDistance(key.toLowerCase(), name.toLowerCase()) <= 2);
    if (meant !== undefined) return `There is no setting ${key}; did you mean ${meant}?`;
  }
  return null;
}

function splitConf(entry: string): [string, string] | string {
  const at = entry.indexOf('=');
  if (at <= 0) return `--conf ${entry} is not key=value.`;
  return [entry.slice(0, at).trim(), entry.slice(at + 1)];
}

function text(value: unknown): string | null {
  return value === undefined ? null : String(value);
}

function usage(message: string): CommandLine {
  return { kind: 'usage', message };
}
