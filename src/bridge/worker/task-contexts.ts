// What a task on an executor can ask about itself, and how the tasks of a barrier stage meet: through the executor.
import { connect, type Socket } from 'node:net';
import { BarrierTaskContext, TaskContext } from '../../task-context.js';
import { jobOf } from '../job-property.js';
import type { InitMessage } from './init-message.js';

const ALL_GATHER = 2;

export function contextOf(init: InitMessage, barrierTasks: number): TaskContext {
  const data = {
    stageId: init.stageId,
    partitionId: init.partition,
    attemptNumber: init.attemptNumber,
    taskAttemptId: init.taskAttemptId,
    localProperties: jobOf(init.localProperties).properties,
  };
  const { barrier } = init;
  if (barrier === null) return new TaskContext(data);
  return new BarrierTaskContext(data, {
    tasks: barrierTasks,
    wait: (says) => meet(barrier, says),
  });
}

/** Says something to the other tasks and waits until all have; gives what each said, by partition. */
async function meet(
  { address, secret }: { address: number | string; secret: string | null },
  says: string,
): Promise<string[]> {
  const socket = typeof address === 'string' ? connect(address) : connect(address, '127.0.0.1');
  if (secret !== null) socket.write(framed(secret));
  const ask = Buffer.alloc(4);
  ask.writeInt32BE(ALL_GATHER);
  socket.write(Buffer.concat([ask, framed(says)]));
  return readAnswers(await everything(socket), secret === null ? 0 : 1);
}

/** The answers behind `skipped` texts that only say that the secret was right. */
function readAnswers(bytes: Buffer, skipped: number): string[] {
  let at = 0;
  const int = (): number => {
    at += 4;
    return bytes.readInt32BE(at - 4);
  };
  const text = (): string => {
    const length = int();
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  for (let i = 0; i < skipped; i++) text();
  return Array.from({ length: int() }, text);
}

async function everything(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function framed(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
