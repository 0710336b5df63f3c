// Starts the JVM that drives the cluster: `spark-submit … pyspark-shell`, which opens a Py4J gateway and ends when its
// standard input does, so that nothing stays when this process dies. Driver only.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BridgeError } from '../errors.js';
import type { GatewayAddress } from './py4j/connection.js';

const POLL_MS = 20;
const LIMIT_MS = 120_000;
const SHOWN_LOG_LINES = 12;
const INT_BYTES = 4;

export interface LaunchOptions {
  readonly sparkHome: string;
  /** Options of spark-submit. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the application's own, for the log and the address of the gateway. */
  readonly folder: string;
}

export interface LaunchedJvm {
  readonly address: GatewayAddress;
  /** What the JVM printed. */
  readonly logFile: string;
  /** Ends the JVM; settles when it is gone. */
  stop(): Promise<void>;
}

export async function launchJvm(options: LaunchOptions): Promise<LaunchedJvm> {
  const logFile = join(options.folder, 'driver.log');
  const addressFile = join(options.folder, 'gateway');
  const child = start(options, logFile, addressFile);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const deadline = Date.now() + LIMIT_MS;
  while (!existsSync(addressFile)) {
    if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw notStarted(child, logFile);
    }
    await sleep(POLL_MS);
  }
  const address = readAddress(addressFile);
  rmSync(addressFile);
  // The JVM must not keep a program from ending that forgot to stop its context.
  child.unref();
  return {
    address,
    logFile,
    async stop() {
      child.ref();
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

function start(options: LaunchOptions, logFile: string, addressFile: string): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  try {
    const submit = join(options.sparkHome, 'bin', 'spark-submit');
    const child = spawn(submit, [...options.args, 'pyspark-shell'], {
      stdio: ['pipe', log, log],
      // In a session of its own, so that Ctrl-C at the terminal does not end it.
      detached: true,
      env: {
        ...process.env,
        SPARK_HOME: options.sparkHome,
        SPARK_CONNECT_MODE: '0',
        ...options.env,
        _PYSPARK_DRIVER_CONN_INFO_PATH: addressFile,
      },
    });
    child.on('error', () => {});
    child.stdin?.on('error', () => {});
    (child.stdin as { unref?(): void } | null)?.unref?.();
    return child;
  } finally {
    closeSync(log);
  }
}

function readAddress(file: string): GatewayAddress {
  const bytes = readFileSync(file);
  const length = bytes.readInt32BE(INT_BYTES);
  const token = bytes.toString('utf8', 2 * INT_BYTES, 2 * INT_BYTES + length);
  return { port: bytes.readInt32BE(0), token };
}

function notStarted(child: ChildProcess, logFile: string): BridgeError {
  const how = child.exitCode === null ? 'did not answer' : `ended with status ${child.exitCode}`;
  const said = tailOf(logFile);
  return new BridgeError(
    'BRIDGE-501',
    `The JVM of Spark ${how} before it was ready.${said === '' ? '' : ` It said:\n${said}`}`,
    { details: { logFile } },
  );
}

/** The last lines of a log without Java's frames. */
export function tailOf(logFile: string): string {
  try {
    const lines = readFileSync(logFile, 'utf8').split('\n');
    const told = lines.filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
    return told.slice(-SHOWN_LOG_LINES).join('\n');
  } catch {
    return '';
  }
}
