// Events of jobs, stages and tasks as the engine emits them, for tests without an engine.

export function jobStart(jobId: number, batchTimeMs: number | null = null) {
  return {
    kind: 'job-start',
    jobId,
    action: 'count',
    description: null,
    group: null,
    tags: [],
    batchTimeMs,
    timeMs: 0,
  } as const;
}

export function jobEnd(jobId: number, outcome: 'succeeded' | 'failed' | 'cancelled' = 'succeeded') {
  return { kind: 'job-end', jobId, outcome, error: null, durationMs: 1, timeMs: 0 } as const;
}

export function stageStart(jobId: number, stageId: number, name: string, taskCount: number) {
  return { kind: 'stage-start', jobId, stageId, name, taskCount, timeMs: 0 } as const;
}

export function stageEnd(jobId: number, stageId: number) {
  return { kind: 'stage-end', jobId, stageId, outcome: 'succeeded', timeMs: 0 } as const;
}

export function taskEnd(jobId: number, stageId: number, partition: number) {
  return {
    kind: 'task-end',
    jobId,
    stageId,
    partition,
    attempt: 0,
    outcome: 'succeeded',
    durationMs: 10,
    recordsRead: 150_000,
    bytesRead: 3 << 20,
  } as const;
}
