// Finds a real Spark to compare with: TSPARK_SPARK_VENV (a Python environment with pyspark), an importable pyspark of
// python3, or SPARK_HOME. None of them is needed for tspark itself.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** How to run a Python program with PySpark: the command before its path. */
export type SparkCommand = readonly string[];

/** The command, or a sentence that says what is missing. */
export function findSpark(env: NodeJS.ProcessEnv = process.env): SparkCommand | string {
  if (!succeeds('java', ['-version'])) return 'Java is not there, so Spark cannot be run';
  const { TSPARK_SPARK_VENV: venv, SPARK_HOME: home } = env;
  const pythons = venv === undefined ? ['python3'] : [path.join(venv, 'bin', 'python')];
  for (const python of pythons) {
    if (succeeds(python, ['-c', 'import pyspark'])) return [python];
  }
  const submit = home === undefined ? null : path.join(home, 'bin', 'spark-submit');
  if (submit !== null && existsSync(submit)) return [submit];
  return 'PySpark is not there: set TSPARK_SPARK_VENV or SPARK_HOME, or install pyspark for python3';
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
