// Runs every `ts` example of the README, the docs and the docstrings against the build, with `sc` and `ssc` in
// scope. `// => value` compares the inspected value, `// throws TEXT` wants an error whose text contains it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect, isDeepStrictEqual } from 'node:util';
import vm from 'node:vm';
import { declaredNames, findExamples, toFunctionBody } from './example-source.mjs';
import { conclude, isProgram } from './report.mjs';
import { DIST, listFiles, ROOT } from './source-tree.mjs';

const EXAMPLE_LIMIT_MS = 20_000;
const BATCH_SECONDS = 0.05;
/** How long an example's streams run before they are stopped. */
const STREAM_MS = 400;

/** Runs the examples of all files, or of those given. */
export async function check(files = defaultFiles()) {
  const examples = files.flatMap((file) => findExamples(file));
  const runnable = examples.filter((example) => example.isRun);
  const runner = new ExampleRunner();
  const failures = [];
  try {
    await runner.open();
    for (const example of runnable) {
      const problem = await runner.run(example);
      if (problem !== null) failures.push(`${example.file}:${example.line} ${problem}`);
    }
  } finally {
    await runner.close();
  }
  return {
    name: 'examples',
    passed: runnable.length - failures.length,
    failed: failures.length,
    failures,
    skipped: examples.length - runnable.length,
    note: `${runner.comparisons} values compared`,
  };
}

function defaultFiles() {
  return ['README.md', ...listFiles('docs', '.md'), ...listFiles('src', '.ts')].filter((file) =>
    existsSync(path.join(ROOT, file)),
  );
}

/** Runs examples one after the other in a folder of its own that holds the samples. */
class ExampleRunner {
  comparisons = 0;
  #tspark = null;
  #sc = null;
  #folder = '';
  #home = process.cwd();
  #problems = [];

  async open() {
    this.#tspark = await import(pathToFileURL(path.join(DIST, 'index.js')).href);
    this.#folder = mkdtempSync(path.join(tmpdir(), 'tspark-examples-'));
    symlinkSync(path.join(ROOT, 'samples'), path.join(this.#folder, 'samples'));
    process.on('unhandledRejection', this.#onRejection);
  }

  async close() {
    process.chdir(this.#home);
    process.off('unhandledRejection', this.#onRejection);
    await this.#dropContext();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Null when all went well, else what did not. */
  async run(example) {
    this.#problems = [];
    this.#enterFolder(example);
    const quiet = silenceOutput();
    try {
      const work = this.#execute(example);
      await withLimit(work, EXAMPLE_LIMIT_MS);
    } catch (error) {
      this.#problems.push(inspect(error).split('\n').slice(0, 4).join('\n'));
    } finally {
      quiet();
    }
    return this.#problems.length === 0 ? null : this.#problems.join('\n');
  }

  /** A folder for each, so that two examples may write to the same name. */
  #enterFolder(example) {
    const own = path.join(this.#folder, `${path.basename(example.file)}-${example.line}`);
    mkdirSync(own, { recursive: true });
    if (!existsSync(path.join(own, 'samples'))) {
      symlinkSync(path.join(ROOT, 'samples'), path.join(own, 'samples'));
    }
    process.chdir(own);
  }

  async #execute(example) {
    const makesContext = /new SparkContext\(/.test(example.code);
    if (makesContext) await this.#dropContext();
    else this.#sc ??= new this.#tspark.SparkContext('local[2]', 'examples');
    const usesStreams = /\bssc\b/.test(example.code) && !makesContext;
    const ssc = usesStreams
      ? new this.#tspark.StreamingContext(this.#sc, BATCH_SECONDS)
      : undefined;
    const scope = this.#scopeOf(example, { sc: this.#sc, ssc });
    try {
      await compile(toFunctionBody(example), example, Object.keys(scope))(...Object.values(scope));
      if (/\bssc\.start\(/.test(example.code)) await this.#watchStreams(ssc);
    } finally {
      await ssc?.stop(false);
      if (makesContext || /\bsc\.stop\(/.test(example.code)) await this.#dropContext();
    }
  }

  /** What the example sees: the contexts and the public names, less what it declares itself. */
  #scopeOf(example, contexts) {
    const own = declaredNames(example);
    const given = Object.entries({ ...contexts, ...this.#tspark }).filter(
      ([name]) => !own.includes(name),
    );
    return { ...Object.fromEntries(given), ...this.#callbacks() };
  }

  #callbacks() {
    return {
      $value: (actual, expected, line) => this.#compare(actual, expected, line),
      $throws: (run, expected, line) => this.#expectThrow(run, expected, line),
      $import: (name) => (name === 'tspark' ? this.#tspark : import(name)),
    };
  }

  #compare(actual, expected, line) {
    this.comparisons++;
    const shown = inspect(actual, {
      depth: 8,
      breakLength: Number.POSITIVE_INFINITY,
      compact: 100,
    });
    if (shown === expected || isDeepStrictEqual(actual, literalOf(expected))) return;
    this.#problems.push(`line ${line}: ${shown}, the page says ${expected}`);
  }

  async #expectThrow(run, expected, line) {
    this.comparisons++;
    try {
      await run();
    } catch (error) {
      if (!String(error).includes(expected)) {
        this.#problems.push(`line ${line}: throws ${error}, the page says ${expected}`);
      }
      return;
    }
    this.#problems.push(`line ${line}: throws nothing, the page says ${expected}`);
  }

  async #watchStreams(ssc) {
    await ssc.awaitTerminationOrTimeout(STREAM_MS / 1000);
  }

  async #dropContext() {
    const active = this.#sc;
    this.#sc = null;
    await active?.stop();
  }

  #onRejection = (error) =>
    this.#problems.push(`unhandled rejection: ${inspect(error).split('\n')[0]}`);
}

function compile(body, example, names) {
  const script = new vm.Script(`(async (${names.join(', ')}) => {\n${body}\n})`, {
    filename: `${example.file}:${example.line}`,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext();
}

/** The value of a text such as `[ 'a', 1 ]` or `Map { … }`'s lack of one. */
function literalOf(text) {
  try {
    return vm.runInThisContext(`(${text})`);
  } catch {
    return Symbol('no literal');
  }
}

/** Examples print; the check's own output is one line. */
function silenceOutput() {
  const write = process.stdout.write;
  process.stdout.write = (_chunk, ...rest) => {
    const done = rest.find((argument) => typeof argument === 'function');
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  return () => {
    process.stdout.write = write;
  };
}

async function withLimit(work, limitMs) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limitMs / 1000} s`)), limitMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

if (isProgram(import.meta)) {
  conclude(await check(process.argv.length > 2 ? process.argv.slice(2) : undefined));
  process.exit();
}
