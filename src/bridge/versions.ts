// Which versions of Spark the bridge speaks with: the protocol between an executor and its workers is internal to
// Spark and changes from minor to minor, so every one that is known to work is named here.
import { BridgeError } from '../errors.js';

const SUPPORTED = ['4.1', '4.2', '4.3'];

/** The minor version of a Spark. Throws BridgeError BRIDGE-103 where its protocol is not known. */
export function supportedMinor(sparkVersion: string, tsparkVersion: string): string {
  const minor = sparkVersion.split('.').slice(0, 2).join('.');
  if (SUPPORTED.includes(minor)) return minor;
  throw new BridgeError(
    'BRIDGE-103',
    `tspark ${tsparkVersion} speaks with Spark ${SUPPORTED.join(', ')}, but this Spark is ${sparkVersion}. Use a Spark it knows (pip install pyspark==${SUPPORTED.at(-1)}.0), or a tspark that knows yours.`,
  );
}
