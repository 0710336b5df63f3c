// Error codes of Spark clusters and the way to them.
import type { ErrorCodeEntry } from './entry.js';

export const BRIDGE_CODES = {
  'BRIDGE-101': {
    by: 'BridgeError',
    what: 'No Spark was found on this machine.',
    action: 'Set SPARK_HOME, or install the pyspark package for the python3 on the path.',
  },
  'BRIDGE-102': {
    by: 'BridgeError',
    what: 'Java is missing or too old for Spark.',
    action: 'Install a JDK of version 17 or later and set JAVA_HOME if it is not on the path.',
  },
  'BRIDGE-103': {
    by: 'BridgeError',
    what: 'The version of Spark is not one that tspark knows the protocol of.',
    action: 'Use one of the versions that the message names.',
  },
  'BRIDGE-104': {
    by: 'BridgeError',
    what: 'A worker on the cluster runs another version of tspark or Node than the driver.',
    action:
      "Install the driver's Node on the executors, or send it along with --conf tspark.cluster.shipNode=true.",
  },
  'BRIDGE-105': {
    by: 'BridgeError',
    what: 'No Spark master answers at the address.',
    action: 'Start the master, or correct --master.',
  },
  'BRIDGE-501': {
    by: 'BridgeError',
    what: 'The JVM of Spark did not start.',
    action:
      'Read what it printed, below the message; memory and settings (--conf) are the usual causes.',
  },
  'BRIDGE-502': {
    by: 'BridgeError',
    what: 'The connection with the JVM of Spark is lost.',
    action: 'Stop the context and make a new one.',
  },
  'BRIDGE-503': {
    by: 'BridgeError',
    what: 'Spark failed a job for a reason of its own.',
    action: "Read Spark's reason in the message; `.trace` shows the whole.",
  },
  'BRIDGE-504': {
    by: 'BridgeError',
    what: 'A worker could not be started on an executor.',
    action:
      'Install Node on the executors, or send it along with --conf tspark.cluster.shipNode=true.',
  },
  'BRIDGE-505': {
    by: 'BridgeError',
    what: "The worker's program could not be packed for the executors.",
    action: 'Make sure that tar is installed and the temporary folder has room.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
