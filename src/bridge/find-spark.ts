// Where Spark and Java are on this machine, and clear words where they are not. Driver only; starts nothing but
// `java -version` and a Python that is asked for its pyspark package.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BridgeError } from '../errors.js';

const OLDEST_JAVA = 17;
/** Prints the folder of the pyspark package without importing it. */
const ASK_PYTHON =
  "import importlib.util as u; s = u.find_spec('pyspark'); print(s.submodule_search_locations[0] if s else '')";

/** The folder of Spark: SPARK_HOME, or the pyspark package of a Python that is at hand. */
export function findSpark(env: NodeJS.ProcessEnv = process.env): string {
  const given = env.SPARK_HOME;
  if (given) {
    if (isSpark(given)) return given;
    throw new BridgeError(
      'BRIDGE-101',
      `SPARK_HOME is ${given}, but there is no bin/spark-submit below it. Set it to the folder of a Spark installation, or unset it to use the pyspark package of python3.`,
    );
  }
  const tried = pythonsOf(env);
  for (const python of tried) {
    const found = pysparkOf(python);
    if (found !== null && isSpark(found)) return found;
  }
  throw new BridgeError(
    'BRIDGE-101',
    `There is no Spark on this machine: SPARK_HOME is not set, and no pyspark package was found by ${tried.join(', ')}. Install one (python3 -m venv spark && spark/bin/pip install pyspark==4.3.0, then VIRTUAL_ENV=$PWD/spark), or set SPARK_HOME to the folder of a Spark installation.`,
  );
}

function isSpark(folder: string): boolean {
  return existsSync(join(folder, 'bin', 'spark-submit')) && existsSync(join(folder, 'jars'));
}

/** Pythons that may have the package: of the active environment, of one in this folder, of the path. */
function pythonsOf(env: NodeJS.ProcessEnv): string[] {
  const environments = [env.VIRTUAL_ENV, env.CONDA_PREFIX, '.venv', 'venv'];
  const inside = environments
    .filter((folder) => folder !== undefined && folder !== '')
    .map((folder) => resolve(folder!, 'bin', 'python3'))
    .filter((python) => existsSync(python));
  return [...(env.PYSPARK_PYTHON ? [env.PYSPARK_PYTHON] : []), ...inside, 'python3'];
}

function pysparkOf(python: string): string | null {
  const { status, stdout } = spawnSync(python, ['-c', ASK_PYTHON], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : null;
}

/** Throws where there is no Java that Spark 4 runs on. */
export function assertJava(env: NodeJS.ProcessEnv = process.env): void {
  const java = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : 'java';
  const { error, status, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const where = env.JAVA_HOME ? `JAVA_HOME is ${env.JAVA_HOME}, and ${java}` : 'java';
  if (error !== undefined || status !== 0) {
    const why = error === undefined ? stderr.trim() : 'was not found';
    throw new BridgeError(
      'BRIDGE-102',
      `Spark needs Java ${OLDEST_JAVA} or later, but ${where} ${why}. Install a JDK (apt install openjdk-17-jre-headless, brew install openjdk@17) and set JAVA_HOME if it is not on the path.`,
    );
  }
  const version = /version "(?:1\.)?(\d+)/.exec(stderr)?.[1];
  if (version === undefined || Number(version) >= OLDEST_JAVA) return;
  throw new BridgeError(
    'BRIDGE-102',
    `Spark needs Java ${OLDEST_JAVA} or later, but ${where} is Java ${version}. Install a newer JDK and set JAVA_HOME to it.`,
  );
}
