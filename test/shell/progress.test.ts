import { describe, expect, it } from 'vitest';
import { Progress } from '#dist/shell/progress.js';
import { jobEnd, jobStart, stageEnd, stageStart, taskEnd } from './job-events.js';

function progressAt() {
  const clock = { ms: 0 };
  const progress = new Progress({ show: () => {}, nowMs: () => clock.ms });
  const line = (ms: number) => {
    clock.ms = ms;
    return progress.line();
  };
  return { progress, clock, line };
}

describe('the progress line', () => {
  it('shows tasks, estimate, records, bytes and stage of a job that takes long', () => {
    const { progress, clock, line } = progressAt();
    progress.onEvent(jobStart(7));
    progress.onEvent(stageStart(7, 0, 'map', 8));
    expect(line(400)).toBe(null);
    expect(line(1_000)).toBe('count, job 7 · ░░░░░░░░░░░░░░░░░░░░ 0/8 tasks · 1 s · stage 1 (map)');
    for (const partition of [0, 1]) progress.onEvent(taskEnd(7, 0, partition));
    expect(line(4_000)).toBe(
      'count, job 7 · █████░░░░░░░░░░░░░░░ 2/8 tasks · ~12 s left · 4 s · 300k records · 6.0 MiB · stage 1 (map)',
    );
    progress.onEvent(stageEnd(7, 0));
    progress.onEvent(stageStart(7, 1, 'count', 2));
    expect(line(5_000)).toBe(
      'count, job 7 · ░░░░░░░░░░░░░░░░░░░░ 0/2 tasks · 5 s · 300k records · 6.0 MiB · stage 2',
    );
    progress.onEvent(jobEnd(7));
    expect(line(6_000)).toBe(null);
    clock.ms = 0;
  });

  it('shows several jobs on one line, the last one in full', () => {
    const { progress, line } = progressAt();
    for (const id of [1, 2]) {
      progress.onEvent(jobStart(id));
      progress.onEvent(stageStart(id, id, 'count', 4));
    }
    progress.onEvent(taskEnd(1, 1, 0));
    expect(line(1_000)).toBe('job 1 1/4 │ count, job 2 · ░░░░░░░░░░░░░░░░░░░░ 0/4 tasks · 1 s');
    for (const id of [3, 4, 5]) progress.onEvent(jobStart(id));
    expect(line(2_000)).toContain('job 4 0/0 │ job 3 0/0 │ job 2 0/4 │ 1 more │ count, job 5');
    progress.stop();
  });

  it('says nothing of the jobs of batches', () => {
    const { progress, line } = progressAt();
    progress.onEvent(jobStart(3, 1_000));
    expect(line(9_000)).toBe(null);
  });
});
