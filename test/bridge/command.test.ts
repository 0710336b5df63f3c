import { expect, test } from 'vitest';
import { encodeBlock } from '#dist/blocks/codec.js';
import { decodeBlock } from '#dist/blocks/codec.js';
import { decodeCommand, encodeCommand } from '#dist/bridge/command.js';

const HERE = { tspark: '1.0.0', nodeMajor: 20 };

function commandWith(zero: unknown[]) {
  const sink = {
    kind: 'aggregate' as const,
    zero: encodeBlock(zero),
    fn: { kind: 'builtin' as const, name: 'add', args: [], functions: [] },
  };
  const stage = { id: 3, barrierTasks: 0, nodes: [], output: 1, sink, properties: {} };
  return {
    stage,
    input: { kind: 'none' as const },
    output: { kind: 'result' as const },
    accumulators: [],
    broadcasts: [],
    maxResultBytes: Number.POSITIVE_INFINITY,
  };
}

test('a command arrives with the blocks it holds', () => {
  const bytes = encodeCommand(commandWith(['zero', 1]), HERE);
  const { stage, maxResultBytes } = decodeCommand(bytes, HERE);
  expect(maxResultBytes).toBe(Number.POSITIVE_INFINITY);
  if (stage.sink.kind !== 'aggregate') throw new Error('another sink');
  expect(stage.sink.zero.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(decodeBlock(stage.sink.zero)).toEqual(['zero', 1]);
});

test('a worker of another version or Node refuses', () => {
  const bytes = encodeCommand(commandWith([0]), HERE);
  expect(() => decodeCommand(bytes, { tspark: '1.0.0', nodeMajor: 22 })).toThrow(
    /BRIDGE-104.*tspark 1\.0\.0 on Node 20, .* tspark 1\.0\.0 on Node 22/,
  );
  expect(() => decodeCommand(bytes, { tspark: '1.1.0', nodeMajor: 20 })).toThrow(/BRIDGE-104/);
});
