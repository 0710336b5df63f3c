#!/usr/bin/env node
// A source for streams: sends made-up log lines in Hadoop's format to everyone who connects.
// Needs nothing but Node. scripts/make-samples.mjs takes the lines of samples/hadoop.log from here.
import { realpathSync } from 'node:fs';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FEEDS } from './feeds.mjs';

const HELP = `Sends log lines to everyone who connects, such as
  2016-12-30 09:09:57,862 INFO org.apache.hadoop.http.HttpServer2: Jetty bound to port 50070

Usage: node scripts/log-server.mjs [options]
  --kind KIND     log (default), bank, numbers, gps or words: what the samples read
  --port PORT     where to listen (default 9999; 0 takes any free port)
  --host HOST     (default 127.0.0.1)
  --rate N        lines per second and client (default 50; 0 sends as fast as the client reads)
  --seed N        the same seed gives the same lines, but for their times (default 1)
  --errors SHARE  how many lines are ERROR, from 0 to 1 (default 0.2)
  --lines N       hang up on a client after N lines (default 0: never)
  --ends-with-input  end when the standard input does
  --help

In the shell: ssc.socketTextStream('localhost', 9999). Ctrl-C ends the server.`;

/** [component, message]; # is a number up to 9999, ^ one up to 99, ~ a machine, @ a block, & an attempt. */
const INFO = [
  ['org.apache.hadoop.http.HttpServer2', 'Jetty bound to port #'],
  ['org.apache.hadoop.http.HttpServer2', "Added filter 'static_user_filter' to context logs"],
  ['org.apache.hadoop.ipc.Server', 'IPC Server handler ^ on 9000: starting'],
  ['org.apache.hadoop.hdfs.server.datanode.DataNode', 'Receiving @ src: /~:# dest: /~:50010'],
  ['org.apache.hadoop.hdfs.server.namenode.FSNamesystem', 'Roll edit log from ~'],
  ['org.apache.hadoop.hdfs.server.namenode.FSEditLog', 'Number of transactions: # in ^ ms'],
  ['org.apache.hadoop.yarn.server.nodemanager.NodeManager', '& transitioned to RUNNING'],
  ['org.apache.hadoop.mapred.TaskAttemptListenerImpl', 'Progress of & is : 0.^'],
  ['org.apache.hadoop.mapreduce.Job', 'map ^% reduce 0%'],
];
const WARN = [
  ['org.apache.hadoop.util.NativeCodeLoader', 'Unable to load native-hadoop library'],
  [
    'org.apache.hadoop.hdfs.DFSClient',
    'Slow ReadProcessor read fields took 3#ms (threshold=30000ms)',
  ],
  ['org.apache.hadoop.ipc.Client', 'Retrying connect to server: ~/9000. Already tried ^ time(s)'],
  ['org.apache.hadoop.hdfs.server.datanode.DataNode', 'Slow BlockReceiver write took #ms for @'],
];
const ERROR = [
  ['org.apache.hadoop.http.HttpServer2', 'Failed to start: port # is in use'],
  ['org.apache.hadoop.hdfs.server.datanode.DataNode', 'DataXceiver error processing WRITE_BLOCK @'],
  ['org.apache.hadoop.hdfs.server.namenode.NameNode', 'Lost heartbeat of datanode ~:50010'],
  ['org.apache.hadoop.ipc.Server', 'Connection reset by peer ~:#'],
  ['org.apache.hadoop.mapred.TaskAttemptListenerImpl', '& exited with code ^'],
  ['org.apache.hadoop.security.UserGroupInformation', 'Login of user^ failed: ticket expired'],
];

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
export function makeRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A function that makes one line after the other; `now` tells the time to print. */
export function makeLogSource(seed, errorShare, now) {
  const random = makeRandom(seed);
  const integer = (limit) => Math.floor(random() * limit);
  const fillIn = (mark) => {
    if (mark === '#') return String(1 + integer(9999));
    if (mark === '^') return String(1 + integer(99));
    if (mark === '~') return `10.0.${integer(4)}.${1 + integer(250)}`;
    if (mark === '@') return `blk_${1_073_741_824 + integer(100_000)}_${1000 + integer(9000)}`;
    return `attempt_1483088997_00${10 + integer(90)}_m_0000${10 + integer(90)}_0`;
  };
  return () => {
    const dice = random();
    const level = dice < errorShare ? 'ERROR' : dice < errorShare * 1.5 ? 'WARN' : 'INFO';
    const templates = { ERROR, WARN, INFO }[level];
    const [component, message] = templates[integer(templates.length)];
    const text = message.replace(/[#^~@&]/g, fillIn);
    return `${formatTime(now())} ${level} ${component}: ${text}`;
  };
}

/** What a client is sent. */
function sourceOf({ kind, seed, errors }) {
  const now = () => new Date();
  if (kind === 'log') return makeLogSource(seed, errors, now);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  return FEEDS[kind]({ random: makeRandom(seed), seconds, now });
}

/** `2016-12-30 09:09:57,862` in the time zone of this machine. */
function formatTime(date) {
  const two = (n) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${day} ${time},${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** How often lines are sent, and how many at once when there is no rate. */
const TICK_MS = 50;
const BURST_LINES = 500;

/** Sends lines to one client until it leaves, has had its lines, or the server stops. */
class Client {
  #socket;
  #options;
  #nextLine;
  #timer = null;
  #owed = 0;
  #lastTick = performance.now();
  sent = 0;

  constructor(socket, options) {
    this.#socket = socket;
    this.#options = options;
    this.#nextLine = sourceOf(options);
    socket.setNoDelay(true);
    // What clients send is of no interest, but unread data would keep the socket from closing.
    socket.resume();
    socket.on('drain', () => this.#start());
    this.#start();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #start() {
    this.stop();
    // Time that a slow client let pass is not made up for.
    this.#lastTick = performance.now();
    const isUnlimited = this.#options.rate === 0;
    this.#timer = setInterval(() => this.#tick(), isUnlimited ? 0 : TICK_MS);
  }

  #tick() {
    const now = performance.now();
    this.#owed += ((now - this.#lastTick) / 1000) * this.#options.rate;
    this.#lastTick = now;
    let count = this.#options.rate === 0 ? BURST_LINES : Math.floor(this.#owed);
    if (this.#options.rate !== 0) this.#owed -= count;
    if (this.#options.lines > 0) count = Math.min(count, this.#options.lines - this.sent);
    let text = '';
    for (let i = 0; i < count; i++) text += `${this.#nextLine()}\n`;
    this.sent += count;
    const hasRoom = text === '' || this.#socket.write(text);
    if (this.#options.lines > 0 && this.sent >= this.#options.lines) {
      this.stop();
      this.#socket.end();
    } else if (!hasRoom) {
      this.stop();
    }
  }
}

function startServer(options) {
  const clients = new Map();
  let lastId = 0;
  const server = net.createServer((socket) => {
    const id = ++lastId;
    const client = new Client(socket, options);
    clients.set(socket, client);
    say(`client ${id} connected`);
    // A client that goes away without a word: `close` follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      client.stop();
      clients.delete(socket);
      say(`client ${id} left after ${client.sent} lines`);
    });
  });
  server.on('error', (error) => {
    fail(1, describeListenError(error, options));
  });
  server.listen(options.port, options.host, () => {
    const { address, port } = server.address();
    say(`log server listens on ${address}:${port}; Ctrl-C ends it`);
  });
  const stop = () => {
    server.close();
    for (const [socket, client] of clients) {
      client.stop();
      socket.destroy();
    }
    say('log server stopped');
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (options.endsWithInput) process.stdin.once('end', stop).resume();
}

function describeListenError(error, { host, port }) {
  if (error.code === 'EADDRINUSE') {
    return `port ${port} of ${host} is in use: stop what listens there, or choose another with --port`;
  }
  if (error.code === 'EACCES')
    return `port ${port} needs rights you do not have: choose one above 1023`;
  return `cannot listen on ${host}:${port}: ${error.message}`;
}

function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      kind: { type: 'string', default: 'log' },
      port: { type: 'string', default: '9999' },
      host: { type: 'string', default: '127.0.0.1' },
      rate: { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
      errors: { type: 'string', default: '0.2' },
      lines: { type: 'string', default: '0' },
      'ends-with-input': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const kinds = ['log', ...Object.keys(FEEDS)];
  if (!kinds.includes(values.kind)) {
    throw new Error(`--kind takes ${kinds.join(', ')}, not '${values.kind}'`);
  }
  return {
    endsWithInput: values['ends-with-input'],
    kind: values.kind,
    host: values.host,
    port: readNumber('port', values.port, 65535, true),
    rate: readNumber('rate', values.rate, 10_000_000, false),
    seed: readNumber('seed', values.seed, 2 ** 32 - 1, true),
    errors: readNumber('errors', values.errors, 1, false),
    lines: readNumber('lines', values.lines, Number.MAX_SAFE_INTEGER, true),
  };
}

function readNumber(name, text, max, mustBeWhole) {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const isValid = value >= 0 && value <= max && (!mustBeWhole || Number.isInteger(value));
  if (isValid) return value;
  const kind = mustBeWhole ? 'a whole number' : 'a number';
  throw new Error(`--${name} takes ${kind} from 0 to ${max}, not '${text}'`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(status, text) {
  say(`log-server: ${text}`);
  process.exit(status);
}

function main() {
  let options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    fail(2, `${error.message.split('\n')[0]} (--help lists the options)`);
  }
  if (options === null) process.stdout.write(`${HELP}\n`);
  else startServer(options);
}

// Imported by make-samples.mjs for its lines, in which case nothing is started.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main();
