// What check-kill's program reads while it lives and dies: each source is fed portions of lines `to be or`, and can
// be read again from where a crash left off.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTopic } from './kafka-broker.mjs';

export const WORDS = ['to', 'be', 'or'];
/** Lines of a portion; each has each word once. */
export const LINES = 100;
const LINE = WORDS.join(' ');
const PARTITIONS = 3;

/**
 * @typedef {object} KillSource
 * @property {object} settings what the program is told, as JSON
 * @property {boolean} repeatsBatches whether a batch that is processed again has its old time and contents
 * @property {() => Promise<void>} feed gives one more portion
 * @property {() => Promise<void>} close
 */

/** A portion is a file that is moved into a folder. */
export function fileSource(folder) {
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox);
  let fed = 0;
  return {
    settings: { kind: 'files', inbox },
    repeatsBatches: true,
    async feed() {
      const name = `file-${fed++}.txt`;
      writeFileSync(join(folder, name), `${LINE}\n`.repeat(LINES));
      renameSync(join(folder, name), join(inbox, name));
    },
    async close() {},
  };
}

let nextTopic = 0;

/** A portion is messages that are sent one after the other, so that batches end anywhere in it. */
export async function kafkaSource(brokers) {
  const { Producer, stringSerializers } = await import('@platformatic/kafka');
  const topics = `killed-${process.pid}-${nextTopic++}`;
  await createTopic(brokers, topics, PARTITIONS);
  const options = { clientId: 'feed', bootstrapBrokers: [brokers], idempotent: true, acks: -1 };
  const producer = new Producer({ ...options, serializers: stringSerializers });
  return {
    settings: { kind: 'kafka', brokers, topics },
    repeatsBatches: true,
    async feed() {
      for (let line = 0; line < LINES; line++) {
        const message = { topic: topics, value: LINE, partition: line % PARTITIONS };
        await producer.send({ messages: [message] });
      }
    },
    close: () => producer.close(),
  };
}

/**
 * A portion is lines of a server that sends them from any number on. Without a write-ahead log what came after the
 * checkpoint is received again and comes in other batches.
 */
export async function receiverSource(isLogged) {
  let lines = 0;
  const sockets = new Map();
  const send = (socket) => {
    for (let next = sockets.get(socket); next < lines; next++) socket.write(`${next} ${LINE}\n`);
    sockets.set(socket, lines);
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const asked = createInterface({ input: socket });
    asked.on('error', () => {});
    asked.on('line', (from) => {
      sockets.set(socket, Number(from));
      send(socket);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    settings: { kind: 'receiver', port: server.address().port, isLogged },
    repeatsBatches: isLogged,
    async feed() {
      lines += LINES;
      for (const socket of sockets.keys()) send(socket);
    },
    async close() {
      for (const socket of sockets.keys()) socket.destroy();
      server.close();
    },
  };
}
