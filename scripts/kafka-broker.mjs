// A real Apache Kafka broker on loopback for tests and trials: KRaft mode, free ports, a folder of its own.
// The jars come from Maven once and are kept in the user's cache. Needs Java 17 and mvn.
// Usage: node scripts/kafka-broker.mjs [--port PORT] [--topic NAME[:PARTITIONS]]… [--feed TOPIC [--rate N]]
// Prints its address and runs until Ctrl-C; --feed sends N log lines a second (50) to a topic.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeLogSource } from './log-server.mjs';
import { isProgram } from './report.mjs';

const KAFKA_VERSION = '4.1.0';
const HOST = '127.0.0.1';
const READY_MS = 120_000;
const FEEDS_PER_SECOND = 10;
/** Small and quick to start: a test broker does little. */
const JAVA_FLAGS = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto'];

/** One line where no broker can be run here, otherwise null. */
export function brokerProblem() {
  if (spawnSync('java', ['-version'], { stdio: 'ignore' }).status !== 0) return 'Java is not there';
  if (existsSync(jarsFolder())) return null;
  if (spawnSync('mvn', ['-version'], { stdio: 'ignore' }).status !== 0) return 'Maven is not there';
  return fetchJars() ? null : 'Maven could not get the jars of Kafka';
}

function jarsFolder() {
  const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
  return path.join(cache, 'tspark', `kafka-${KAFKA_VERSION}`);
}

/** Lets Maven copy the broker and what it needs into the cache. */
function fetchJars() {
  const folder = jarsFolder();
  process.stderr.write(`getting Kafka ${KAFKA_VERSION} by Maven, once …\n`);
  const work = mkdtempSync(path.join(tmpdir(), 'tspark-kafka-jars-'));
  try {
    writeFileSync(path.join(work, 'pom.xml'), pom());
    const jars = path.join(work, 'jars');
    const args = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
    const { status } = spawnSync('mvn', args, { cwd: work, stdio: 'ignore', timeout: 300_000 });
    if (status !== 0) return false;
    mkdirSync(path.dirname(folder), { recursive: true });
    // Whole or not at all; another process may have been quicker. The cache may be on another disk.
    const beside = `${folder}.${process.pid}`;
    spawnSync('cp', ['-r', jars, beside]);
    if (!existsSync(folder)) renameSync(beside, folder);
    rmSync(beside, { recursive: true, force: true });
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function pom() {
  const dependency = (group, artifact, version) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tspark</groupId><artifactId>kafka-broker</artifactId><version>1</version>
  <dependencies>
    ${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}
    ${dependency('org.slf4j', 'slf4j-simple', '1.7.36')}
  </dependencies>
</project>`;
}

/** A broker that can be killed and started again with the same ports and data. */
export class KafkaBroker {
  #folder = mkdtempSync(path.join(tmpdir(), 'tspark-kafka-'));
  #process = null;
  #port = 0;
  #controllerPort = 0;

  /** On a free port unless one is given. */
  constructor(port = 0) {
    this.#port = port;
  }

  get address() {
    return `${HOST}:${this.#port}`;
  }

  /** Starts it, the first time on free ports; resolves when it answers. */
  async start() {
    if (this.#controllerPort === 0) {
      const [port, controllerPort] = await freePorts(2);
      this.#port ||= port;
      this.#controllerPort = controllerPort;
      this.#writeSettings();
    }
    const classes = path.join(jarsFolder(), '*');
    const settings = path.join(this.#folder, 'server.properties');
    const log = path.join(this.#folder, 'broker.log');
    const command = `exec java ${JAVA_FLAGS.join(' ')} -cp "$0" kafka.Kafka "$1" > "$2" 2>&1`;
    const child = spawn('sh', ['-c', command, classes, settings, log], { stdio: 'ignore' });
    this.#process = child;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const isReady = await Promise.race([
      answers(this.#port, () => child.exitCode !== null),
      exited.then(() => false),
    ]);
    if (!isReady)
      throw new Error(`the broker did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
  }

  /** Ends it at once, as a crash would. */
  async kill() {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  /** Ends it and removes its data. */
  async remove() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #writeSettings() {
    const data = path.join(this.#folder, 'data');
    mkdirSync(data);
    const id = () => randomBytes(16).toString('base64url');
    // What `kafka-storage format` writes, without another start of Java.
    const identity = ['version=1', `cluster.id=${id()}`, 'node.id=1', `directory.id=${id()}`];
    writeFileSync(path.join(data, 'meta.properties'), identity.join('\n'));
    const settings = {
      'process.roles': 'broker,controller',
      'node.id': 1,
      'controller.quorum.voters': `1@${HOST}:${this.#controllerPort}`,
      listeners: `PLAINTEXT://${this.address},CONTROLLER://${HOST}:${this.#controllerPort}`,
      'controller.listener.names': 'CONTROLLER',
      'log.dirs': data,
      'offsets.topic.replication.factor': 1,
      'offsets.topic.num.partitions': 1,
      'transaction.state.log.replication.factor': 1,
      'transaction.state.log.num.partitions': 1,
      'transaction.state.log.min.isr': 1,
      'group.initial.rebalance.delay.ms': 0,
      'auto.create.topics.enable': false,
      // A broker that was killed is fenced until its old session is over.
      'broker.session.timeout.ms': 3000,
      'broker.heartbeat.interval.ms': 500,
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    writeFileSync(path.join(this.#folder, 'server.properties'), lines.join('\n'));
  }
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise((resolve) => server.listen(0, HOST, () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Whether somebody listens there before the time is up or `isOver`. */
async function answers(port, isOver) {
  const untilMs = Date.now() + READY_MS;
  while (Date.now() < untilMs && !isOver()) {
    const isOpen = await new Promise((resolve) => {
      const socket = connect({ host: HOST, port });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** Makes a topic, as soon as the broker takes requests. */
export async function createTopic(address, name, partitions = 1) {
  const { Admin } = await import('@platformatic/kafka');
  const admin = new Admin({ clientId: 'tspark-broker', bootstrapBrokers: [address], retries: 0 });
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        await admin.createTopics({ topics: [name], partitions, replicas: 1 });
        return;
      } catch (error) {
        if (attempt === 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  } finally {
    await admin.close();
  }
}

/** Sends made-up log lines to a topic, `perSecond` of them, spread over its partitions, until it is told to end. */
async function feed(address, topic, perSecond) {
  const { Producer, stringSerializers } = await import('@platformatic/kafka');
  const options = { clientId: 'tspark-feed', bootstrapBrokers: [address], retries: true };
  const producer = new Producer({ ...options, serializers: stringSerializers });
  const nextLine = makeLogSource(1, 0.2, () => new Date());
  let sent = 0;
  const timer = setInterval(() => {
    const messages = Array.from({ length: Math.ceil(perSecond / FEEDS_PER_SECOND) }, () => ({
      topic,
      key: String(sent++),
      value: nextLine(),
    }));
    producer.send({ messages }).catch((error) => console.error(`not sent: ${error.message}`));
  }, 1000 / FEEDS_PER_SECOND);
  return async () => {
    clearInterval(timer);
    await producer.close();
  };
}

async function main() {
  const { values } = parseArgs({
    options: {
      topic: { type: 'string', multiple: true, default: [] },
      port: { type: 'string', default: '0' },
      feed: { type: 'string' },
      rate: { type: 'string', default: '50' },
    },
  });
  const problem = brokerProblem();
  if (problem !== null) {
    console.error(`No broker can be run here: ${problem}.`);
    process.exitCode = 1;
    return;
  }
  const broker = new KafkaBroker(Number(values.port));
  await broker.start();
  for (const topic of values.topic) {
    const [name, partitions = '1'] = topic.split(':');
    await createTopic(broker.address, name, Number(partitions));
  }
  const endFeed = values.feed && (await feed(broker.address, values.feed, Number(values.rate)));
  console.log(broker.address);
  const stop = async () => {
    await endFeed?.();
    await broker.remove();
    process.exit();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

if (isProgram(import.meta)) await main();
