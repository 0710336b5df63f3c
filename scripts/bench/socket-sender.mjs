// Sends lines to whoever connects, one client after the other; prints its port first. Part of the streaming benches.
// Usage: node scripts/bench/socket-sender.mjs [RATE]   RATE lines a second, or as fast as the client takes them.
import { createServer } from 'node:net';

const CHUNK_LINES = 5000;
const TICK_MS = 10;
const rate = Number(process.argv[2] ?? 0);

/** One line in ten is an error. */
function lines(count) {
  const line = (i) =>
    `2026-11-22 10:00:${i % 60} ${i % 10 === 0 ? 'ERROR' : 'INFO'} request ${i}\n`;
  return Buffer.from(Array.from({ length: count }, (_, i) => line(i)).join(''));
}

function sendSteadily(socket) {
  const chunk = lines(Math.ceil((rate * TICK_MS) / 1000));
  const timer = setInterval(() => socket.write(chunk), TICK_MS);
  socket.on('close', () => clearInterval(timer));
}

function sendAll(socket) {
  const chunk = lines(CHUNK_LINES);
  const fill = () => {
    while (socket.write(chunk));
  };
  socket.on('drain', fill);
  fill();
}

const server = createServer((socket) => {
  socket.on('error', () => {});
  if (rate > 0) sendSteadily(socket);
  else sendAll(socket);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
