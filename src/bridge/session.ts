// One Spark application as tspark's driver holds it: the JVM, its SparkContext, where reports arrive, and how stages
// become RDDs of Spark. Driver only.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SparkConf } from '../conf.js';
import { BridgeError } from '../errors.js';
import { encodeCommand, type Party, type StageCommand } from './command.js';
import { assertJava, findSpark } from './find-spark.js';
import { type LaunchedJvm, launchJvm, tailOf } from './launch.js';
import { isLocalMaster, sparkMaster } from './masters.js';
import { packageArchive } from './shipped-package.js';
import { JavaGateway, type JavaObject } from './py4j/gateway.js';
import { JavaException } from './py4j/java-exception.js';
import type { TaskReport } from './report.js';
import { ReportServer } from './report-server.js';
import { assertReachable } from './reach.js';
import { isLoopback, settingsOf, workerMemory } from './settings.js';
import { supportedMinor } from './versions.js';
import { localProgram, travellingProgram, type WorkerProgram } from './worker-package.js';

export const PYTHON_API = 'org.apache.spark.api.python.';
/** How long the first executor may take before the application counts as connected without. */
const EXECUTOR_MS = 30_000;
/** How much longer the others may take, without whom partitions would be fewer than cores. */
const OTHERS_MS = 5_000;
const POLL_MS = 100;

const VERSION = (createRequire(import.meta.url)('../../package.json') as { version: string })
  .version;

export interface SessionOptions {
  readonly master: string;
  readonly conf: SparkConf;
  onReport(report: TaskReport): void;
}

/** What the JVM said of itself when it was ready. */
export interface SparkFacts {
  readonly version: string;
  readonly applicationId: string;
  /** Cores of the executors that have registered so far. */
  defaultParallelism: number;
  readonly uiWebUrl: string | null;
}

interface Parts {
  readonly jvm: LaunchedJvm;
  readonly gateway: JavaGateway;
  readonly context: JavaObject;
  readonly scalaContext: JavaObject;
  readonly reports: ReportServer;
  readonly accumulator: JavaObject;
  readonly environment: JavaObject;
  readonly program: WorkerProgram;
  readonly folder: string;
  readonly facts: SparkFacts;
}

export class SparkSession {
  readonly gateway: JavaGateway;
  /** The JavaSparkContext. */
  readonly context: JavaObject;
  readonly facts: SparkFacts;
  /** Folder of the application's own on this machine. */
  readonly folder: string;
  readonly #parts: Parts;
  readonly #party: Party = {
    tspark: VERSION,
    nodeMajor: Number(process.versions.node.split('.')[0]),
  };

  readonly #shipped = new Map<string, Promise<void>>();

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.gateway = parts.gateway;
    this.context = parts.context;
    this.facts = parts.facts;
    this.folder = parts.folder;
  }

  /** Starts the JVM and its SparkContext. Throws BridgeError with what is missing. */
  static async start(options: SessionOptions): Promise<SparkSession> {
    const sparkHome = findSpark();
    assertJava();
    await assertReachable(options.master);
    const folder = mkdtempSync(join(tmpdir(), 'tspark-cluster-'));
    try {
      return new SparkSession(await startParts(options, sparkHome, folder));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The SparkContext of Scala. */
  get scalaContext(): JavaObject {
    return this.#parts.scalaContext;
  }

  /**
   * Waits for a first executor, and a little for others where `cores` are expected, as long as that is reasonable;
   * false where none came.
   */
  async hasExecutor(cores: number): Promise<boolean> {
    let deadline = Date.now() + EXECUTOR_MS;
    for (let isFirst = true; ; ) {
      const status = await this.scalaContext.object('getExecutorMemoryStatus');
      await this.learnCores();
      // The driver is one of them.
      const hasOne = (await status.number('size')) > 1;
      if (hasOne && this.facts.defaultParallelism >= cores) return true;
      if (hasOne && isFirst) {
        isFirst = false;
        deadline = Date.now() + OTHERS_MS;
      }
      if (Date.now() > deadline) return hasOne;
      await sleep(POLL_MS);
    }
  }

  /** Executors come and go: the cores are asked for again. */
  async learnCores(): Promise<void> {
    this.facts.defaultParallelism = await this.context.number('defaultParallelism');
  }

  /** The RDD of bytes that a stage makes of the frames of another. */
  async stageRdd(
    source: JavaObject,
    command: StageCommand,
    broadcasts: readonly JavaObject[],
  ): Promise<JavaObject> {
    const { gateway } = this;
    const { environment, program, accumulator } = this.#parts;
    const isBarrier = command.stage.barrierTasks > 0;
    const parent = await source.object('rdd');
    const fn = await gateway.make(
      `${PYTHON_API}SimplePythonFunction`,
      encodeCommand(command, this.#party),
      environment,
      await gateway.list([]),
      program.command,
      `node-${this.#party.nodeMajor}`,
      await gateway.list(broadcasts),
      accumulator,
    );
    const made = await gateway.make(`${PYTHON_API}PythonRDD`, parent, fn, false, isBarrier);
    return made.object('asJavaRDD');
  }

  /** Sends a package of Node after the application, once. Workers on this machine have it where the driver has it. */
  ship(name: string): Promise<void> {
    let sent = this.#shipped.get(name);
    if (sent === undefined) {
      const archive = this.#parts.program.travels ? packageArchive(this.folder, name) : null;
      sent = archive === null ? Promise.resolve() : this.#addArchive(archive);
      this.#shipped.set(name, sent);
    }
    return sent;
  }

  async #addArchive(archive: string): Promise<void> {
    await this.scalaContext.call('addArchive', archive);
  }

  /** Ends the application and the JVM. */
  async stop(): Promise<void> {
    const { jvm, reports, folder, context, gateway } = this.#parts;
    try {
      await context.call('stop');
    } catch {
      // The JVM is gone already, or Spark is: the process is ended either way.
    }
    gateway.close();
    await jvm.stop();
    reports.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startParts(
  { master, conf, onReport }: SessionOptions,
  sparkHome: string,
  folder: string,
): Promise<Parts> {
  const isLocal = isLocalMaster(master);
  const shipsNode = conf.get('tspark.cluster.shipNode') === 'true';
  const program = isLocal ? localProgram(folder) : travellingProgram(folder, { shipsNode });
  const settings = settingsOf(master, conf);
  const jvm = await launchJvm({
    sparkHome,
    folder,
    env: isLoopback(master) && !process.env.SPARK_LOCAL_IP ? { SPARK_LOCAL_IP: '127.0.0.1' } : {},
    args: [
      ...['--master', sparkMaster(master), ...program.submitArgs],
      ...[...settings].flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
    ],
  });
  try {
    const gateway = new JavaGateway(jvm.address);
    const context = await startContext(gateway, jvm.logFile);
    const facts = await factsOf(context);
    const minor = supportedMinor(facts.version, VERSION);
    const usesSockets = settings.get('spark.python.unix.domain.socket.enabled') === 'true';
    const reports = await ReportServer.start({
      folder: usesSockets ? folder : null,
      token: gateway.token,
      onReport,
    });
    const scalaContext = await context.object('sc');
    const accumulator = await accumulatorAt(gateway, reports);
    await scalaContext.call('register', accumulator);
    const environment = await gateway.map({
      TSPARK_SPARK_MINOR: minor,
      TSPARK_NODE: process.execPath,
      ...workerMemory(conf),
    });
    return {
      jvm,
      gateway,
      context,
      scalaContext,
      reports,
      accumulator,
      environment,
      program,
      folder,
      facts,
    };
  } catch (error) {
    await jvm.stop();
    throw error;
  }
}

async function startContext(gateway: JavaGateway, logFile: string): Promise<JavaObject> {
  try {
    const conf = await gateway.make('org.apache.spark.SparkConf', true);
    return await gateway.make('org.apache.spark.api.java.JavaSparkContext', conf);
  } catch (error) {
    const said = error instanceof JavaException ? error.message : String(error);
    throw new BridgeError(
      'BRIDGE-501',
      `Spark could not start the application: ${said}\n${tailOf(logFile)}`,
      { cause: error },
    );
  }
}

async function factsOf(context: JavaObject): Promise<SparkFacts> {
  const scala = await context.object('sc');
  const ui = await scala.object('uiWebUrl');
  return {
    version: await context.text('version'),
    applicationId: await scala.text('applicationId'),
    defaultParallelism: await context.number('defaultParallelism'),
    uiWebUrl: (await ui.call('isDefined')) === true ? await ui.text('get') : null,
  };
}

/** Since 4.1 the constructor takes the path of a socket alone. */
function accumulatorAt(gateway: JavaGateway, { address }: ReportServer): Promise<JavaObject> {
  const className = `${PYTHON_API}PythonAccumulatorV2`;
  return typeof address === 'string'
    ? gateway.make(className, address)
    : gateway.make(className, '127.0.0.1', address, gateway.token);
}
