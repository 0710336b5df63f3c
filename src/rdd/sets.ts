// Operations on several RDDs by key or by value: cogroup, the joins, intersection, subtraction. Driver only.
// All are cogroups, so RDDs that are partitioned alike meet without a shuffle.
import { builtin } from '../lineage/function-ref.js';
import type { LineageNode } from '../lineage/node.js';
import { makePartitioner } from './pairs.js';
import type { Engine } from './engine.js';
import { keys, narrow } from './transformations.js';

export type JoinKind = 'join' | 'leftOuterJoin' | 'rightOuterJoin' | 'fullOuterJoin';

const JOIN_BUILTIN: Record<JoinKind, string> = {
  join: 'joinInner',
  leftOuterJoin: 'joinLeft',
  rightOuterJoin: 'joinRight',
  fullOuterJoin: 'joinFull',
};

export function cogroup(
  engine: Engine,
  parents: readonly LineageNode[],
  numPartitions: unknown,
  operation = 'cogroup',
): LineageNode {
  const partitioner = makePartitioner(engine, operation, numPartitions, null);
  return engine.node(operation, { kind: 'cogroup', parents, partitioner });
}

export function join(
  engine: Engine,
  kind: JoinKind,
  [left, right]: readonly [LineageNode, LineageNode],
  numPartitions: unknown,
): LineageNode {
  const grouped = cogroup(engine, [left, right], numPartitions, kind);
  return narrow(
    engine,
    kind,
    grouped,
    { kind: 'flatMapValues', fn: builtin(JOIN_BUILTIN[kind]) },
    true,
  );
}

export function subtractByKey(
  engine: Engine,
  [left, right]: readonly [LineageNode, LineageNode],
  numPartitions: unknown,
  operation = 'subtractByKey',
): LineageNode {
  const grouped = cogroup(engine, [left, right], numPartitions, operation);
  return narrow(
    engine,
    operation,
    grouped,
    { kind: 'flatMapValues', fn: builtin('leftWithoutRight') },
    true,
  );
}

export function subtract(
  engine: Engine,
  [left, right]: readonly [LineageNode, LineageNode],
  numPartitions: unknown,
): LineageNode {
  const sides = [asKeys(engine, 'subtract', left), asKeys(engine, 'subtract', right)] as const;
  return keys(engine, subtractByKey(engine, sides, numPartitions, 'subtract'));
}

export function intersection(engine: Engine, left: LineageNode, right: LineageNode): LineageNode {
  const sides = [asKeys(engine, 'intersection', left), asKeys(engine, 'intersection', right)];
  const grouped = cogroup(engine, sides, null, 'intersection');
  return keys(
    engine,
    narrow(engine, 'intersection', grouped, { kind: 'flatMapValues', fn: builtin('onceInBoth') }),
  );
}

function asKeys(engine: Engine, operation: string, node: LineageNode): LineageNode {
  return narrow(engine, operation, node, { kind: 'map', fn: builtin('pairWithNull') });
}
