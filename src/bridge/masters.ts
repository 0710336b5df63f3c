// Which masters mean a Spark cluster, and what they are for Spark. Pure text, loaded with every context.

/** `spark-local[N]`: a Spark of its own in a JVM on this machine. */
const LOCAL = /^spark-(local(?:\[[^\]]*\])?)$/;
const CLUSTER = /^(?:spark|k8s):\/\/|^yarn$/;

export function isSparkMaster(master: string): boolean {
  return LOCAL.test(master) || CLUSTER.test(master);
}

/** The master as Spark names it. */
export function sparkMaster(master: string): string {
  return LOCAL.exec(master)?.[1] ?? master;
}

/** Whether tasks run on this machine, in the JVM of the driver. */
export function isLocalMaster(master: string): boolean {
  return LOCAL.test(master);
}

/** Host and port of the masters of a standalone cluster. */
export function standaloneAddresses(master: string): { host: string; port: number }[] {
  if (!master.startsWith('spark://')) return [];
  return master
    .slice('spark://'.length)
    .split(',')
    .map((address) => {
      const at = address.lastIndexOf(':');
      return {
        host: address.slice(0, at).replace(/^\[|\]$/g, ''),
        port: Number(address.slice(at + 1)),
      };
    });
}
