// A Spark cluster on this machine for tests and benches: pyspark in an environment of its own (made once, kept in the
// user's cache), a standalone master and its workers on loopback. Says why where that cannot be.
import { execFile, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const SPARK_VERSION = '4.3.0';
/** A JVM of a cluster may take minutes to start on a busy machine. */
const START_MS = 240_000;
const POLL_MS = 50;
const INSTALL_MS = 300_000;
/** For JVMs that live shortly: they start in two thirds of the time. */
export const QUICK_JVM = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/**
 * The folder of Spark, installed if it is not there yet, or why it cannot be had. SPARK_HOME counts first.
 * @returns {Promise<{ sparkHome: string } | { missing: string }>}
 */
export async function findSparkForTests(version = SPARK_VERSION) {
  const java = spawnSync(
    process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/java` : 'java',
    ['-version'],
    { encoding: 'utf8' },
  );
  if (java.error !== undefined || java.status !== 0) return { missing: 'there is no Java' };
  const major = Number(/version "(\d+)/.exec(java.stderr)?.[1]);
  if (!(major >= 17)) return { missing: `Java is older than 17 (${major})` };
  if (process.env.SPARK_HOME) return { sparkHome: process.env.SPARK_HOME };
  return install(version);
}

async function install(version) {
  const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  const folder = path.join(cache, 'tspark', `pyspark-${version}`);
  const found = sparkHomeIn(folder);
  if (found !== null) return { sparkHome: found };
  // Made under another name first, so that half an installation is never taken for a whole one.
  const making = `${folder}-${process.pid}`;
  const python = await run('python3', ['-m', 'venv', making]);
  if (python !== null) {
    fs.rmSync(making, { recursive: true, force: true });
    return { missing: `python3 cannot make an environment: ${python}` };
  }
  const pip = await run(path.join(making, 'bin', 'pip'), [
    ...['install', '-q', '--retries', '1', '--disable-pip-version-check', `pyspark==${version}`],
  ]);
  if (pip !== null) {
    fs.rmSync(making, { recursive: true, force: true });
    return { missing: `pyspark ${version} could not be installed: ${pip}` };
  }
  try {
    fs.renameSync(making, folder);
  } catch {
    fs.rmSync(making, { recursive: true, force: true }); // another run was faster
  }
  const installed = sparkHomeIn(folder);
  return installed === null
    ? { missing: 'pyspark was installed without Spark' }
    : { sparkHome: installed };
}

function sparkHomeIn(folder) {
  const lib = path.join(folder, 'lib');
  if (!fs.existsSync(lib)) return null;
  for (const python of fs.readdirSync(lib)) {
    const home = path.join(lib, python, 'site-packages', 'pyspark');
    if (fs.existsSync(path.join(home, 'bin', 'spark-submit'))) return home;
  }
  return null;
}

/** Null where it worked, else its last line. Beside the caller, who may have others to answer meanwhile. */
function run(program, args) {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: INSTALL_MS }, (error, _stdout, stderr) => {
      if (error === null) resolve(null);
      else if (error.killed) resolve(`not done after ${INSTALL_MS / 1000} s`);
      else resolve(stderr.trim().split('\n').at(-1) || error.message);
    });
  });
}

/**
 * Starts a master and workers on loopback, on free ports.
 * @param {{ sparkHome: string, workers?: number, cores?: number, memory?: string }} options
 */
export async function startCluster({ sparkHome, workers = 2, cores = 1, memory = '1g' }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tspark-standalone-'));
  const nodes = [];
  const stop = async () => {
    process.off('exit', killAll);
    const ends = nodes.map(({ child }) => {
      child.ref(); // else a program with nothing else to do ends here, silently
      return ended(child);
    });
    killAll();
    await Promise.all(ends);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const killAll = () => {
    for (const { child } of nodes) child.kill('SIGKILL');
  };
  process.on('exit', killAll);
  const start = (name, className, args) => {
    const log = path.join(folder, `${name}.log`);
    const file = fs.openSync(log, 'w');
    const child = spawn(path.join(sparkHome, 'bin', 'spark-class'), [className, ...args], {
      stdio: ['ignore', file, file],
      env: {
        ...process.env,
        SPARK_HOME: sparkHome,
        SPARK_LOCAL_IP: '127.0.0.1',
        SPARK_DAEMON_MEMORY: '256m',
        SPARK_DAEMON_JAVA_OPTS: QUICK_JVM,
      },
    });
    fs.closeSync(file);
    child.unref();
    nodes.push({ child, log });
    return { child, log };
  };
  try {
    const common = ['-h', '127.0.0.1', '-p', '0', '--webui-port', '0'];
    const masterNode = start('master', 'org.apache.spark.deploy.master.Master', common);
    const master = (await said(masterNode, /Starting Spark master at (spark:\/\/\S+)/))[1];
    const started = Array.from({ length: workers }, (_, index) =>
      start(`worker-${index}`, 'org.apache.spark.deploy.worker.Worker', [
        ...common,
        ...['-c', String(cores), '-m', memory, '-d', path.join(folder, `work-${index}`), master],
      ]),
    );
    for (const worker of started) await said(worker, /Successfully registered with master/);
    return { master, folder, workerPids: started.map(({ child }) => child.pid), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', resolve));
}

async function said({ child, log }, pattern) {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const text = fs.readFileSync(log, 'utf8');
    const found = pattern.exec(text);
    if (found !== null) return found;
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`Spark did not start:\n${text.split('\n').slice(-15).join('\n')}`);
    await sleep(POLL_MS);
  }
}
