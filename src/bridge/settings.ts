// What Spark is told beside the user's settings, and what workers are told of them. Pure.
import { parseSize, type SparkConf } from '../conf.js';
import { isLocalMaster, standaloneAddresses } from './masters.js';
import { WORKER_MEMORY } from './worker/worker-limits.js';

/** Spark's settings: the user's, and what the bridge prefers where the user says nothing. */
export function settingsOf(master: string, conf: SparkConf): Map<string, string> {
  const settings = new Map<string, string>([
    ['spark.python.unix.domain.socket.enabled', 'true'],
    ['spark.ui.showConsoleProgress', 'false'],
    ['spark.log.level', 'WARN'],
  ]);
  if (isLocalMaster(master)) settings.set('spark.ui.enabled', 'false');
  for (const [key, value] of conf.getAll())
    if (key.startsWith('spark.') && key !== 'spark.master') settings.set(key, value);
  return settings;
}

/** What a worker may hold before it moves to files, by Spark's key. */
export function workerMemory(conf: SparkConf): Record<string, string> {
  const key = 'spark.python.worker.memory';
  const asked = conf.get(key);
  return asked === null ? {} : { [WORKER_MEMORY]: String(parseSize(asked, key)) };
}

export function isLoopback(master: string): boolean {
  const hosts = standaloneAddresses(master).map(({ host }) => host);
  return (
    isLocalMaster(master) ||
    (hosts.length > 0 && hosts.every((host) => /^(127\.|localhost$|::1$)/.test(host)))
  );
}
