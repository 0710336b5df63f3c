import { describe, expect, it } from 'vitest';
import { Foreground } from '#dist/shell/foreground.js';
import { JobTable } from '#dist/shell/job-table.js';
import { jobStart } from './job-events.js';

describe('the jobs that Ctrl-C cancels', () => {
  it('are those of the cell, not those that the batches of a stream wait for meanwhile', () => {
    const jobs = new JobTable(() => null);
    const foreground = new Foreground({ jobs, cancelJobs: () => {} });
    const awaited = (id: number) =>
      Object.assign(new Promise<never>(() => {}), { id, cancel: () => {} });
    jobs.beginCell('slow.sum()');
    jobs.onEvent(jobStart(1));
    foreground.await(awaited(1));
    jobs.onEvent(jobStart(2, 1_000));
    foreground.await(awaited(2));
    expect(foreground.running()).toEqual([1]);
  });
});
