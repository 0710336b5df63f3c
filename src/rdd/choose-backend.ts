// Which backend a master means: threads of this process, or a Spark cluster behind the bridge. Driver only.
import { ClusterBackend } from '../bridge/connect.js';
import { isSparkMaster } from '../bridge/masters.js';
import type { SparkConf } from '../conf.js';
import type { EventBus } from '../events.js';
import type { TaskBackend } from '../scheduler/backend.js';
import { createEmbeddedBackend } from '../scheduler/embedded.js';
import { parseMaster, readParallelism } from './master.js';

export interface ChosenBackend {
  readonly backend: TaskBackend;
  /** The backend where it is a cluster. */
  readonly cluster: ClusterBackend | null;
  defaultParallelism(): number;
}

/** Partitions on a cluster that has not said how many cores it has. Spark, too, takes at least two. */
const UNKNOWN_CORES = 2;

export function chooseBackend(options: {
  readonly master: string;
  readonly conf: SparkConf;
  readonly events: EventBus;
}): ChosenBackend {
  const { master, conf } = options;
  if (!isSparkMaster(master)) {
    const threads = parseMaster(master);
    const parallelism = readParallelism(conf, threads);
    const backend = createEmbeddedBackend({ ...options, threads });
    return { backend, cluster: null, defaultParallelism: () => parallelism };
  }
  const provisional = readParallelism(conf, coresOf(master));
  const cluster = new ClusterBackend(options);
  return {
    backend: cluster,
    cluster,
    defaultParallelism: () => cluster.facts?.defaultParallelism ?? provisional,
  };
}

/** The cores that `spark-local[N]` names. */
function coresOf(master: string): number {
  const named = /^spark-(local\[(?:\*|\d+))/.exec(master)?.[1];
  return named === undefined ? UNKNOWN_CORES : parseMaster(`${named}]`);
}
