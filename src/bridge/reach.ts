// Whether a master answers at its address, before a JVM is started for it. Driver only.
import { connect } from 'node:net';
import { BridgeError } from '../errors.js';
import { standaloneAddresses } from './masters.js';

const REACH_MS = 5_000;

/** Spark itself would wait for a minute. */
export async function assertReachable(master: string): Promise<void> {
  const addresses = standaloneAddresses(master);
  if (addresses.length === 0) return;
  const reached = await Promise.all(addresses.map(({ host, port }) => answers(host, port)));
  if (reached.includes(true)) return;
  throw new BridgeError(
    'BRIDGE-105',
    `No Spark master answers at ${addresses.map(({ host, port }) => `${host}:${port}`).join(', ')}. Start one (sbin/start-master.sh) or correct --master; its address is on the first line of its web page.`,
  );
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (!Number.isInteger(port) || port <= 0 || port > 65_535) return resolve(false);
    const socket = connect({ host, port, timeout: REACH_MS });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
