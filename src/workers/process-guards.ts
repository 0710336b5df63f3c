// What would end the whole program from inside a function is an error of the function instead. In the worker.
import { TaskError } from '../errors.js';

const INSTEAD =
  'was called inside a function that runs on a worker. Throw an error to fail the job, or return to end the record.';

/** Puts the guards in place, for the thread. `process.abort()` is refused by Node itself. */
export function installProcessGuards(): void {
  process.exit = ((code?: number) => {
    throw new TaskError('TASK-107', `process.exit(${code ?? ''}) ${INSTEAD}`);
  }) as typeof process.exit;
  const { kill } = process;
  process.kill = (pid, signal) => {
    // 0 and negative numbers are groups of processes: the program's own, or ones it may be in.
    const isOwn = pid === process.pid || pid <= 0;
    if (isOwn && signal !== 0)
      throw new TaskError(
        'TASK-107',
        `process.kill(${pid}), which ends the program itself, ${INSTEAD}`,
      );
    return kill.call(process, pid, signal);
  };
}
