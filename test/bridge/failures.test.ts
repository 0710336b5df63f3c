import { expect, test } from 'vitest';
import { failureOf } from '#dist/bridge/failures.js';
import { folded, JavaException } from '#dist/bridge/py4j/java-exception.js';
import { errorText } from '#dist/bridge/report.js';
import { CancelledError, LostDataError, TaskError, toErrorData } from '#dist/errors.js';

const ABORTED =
  'org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times';

function thrownBy(trace: string): unknown {
  return failureOf(new JavaException('runJob', trace), 'count');
}

test('an error of a function comes out of the trace as it was thrown', () => {
  const error = new TaskError('TASK-101', 'TypeError: boom (in partition 1).', {
    details: { partition: 1, record: '2' },
  });
  const text = errorText(toErrorData(error));
  const trace = `${ABORTED}: org.apache.spark.api.python.PythonException: ${text}\n\tat a.B.c(B.scala:1)\n`;
  const found = thrownBy(trace) as TaskError;
  expect(found).toBeInstanceOf(TaskError);
  expect(found.code).toBe('TASK-101');
  expect(found.details).toEqual({ partition: 1, record: '2' });
  expect(found.stack).toBe(error.stack);
});

test('a worker that ended without a word is lost', () => {
  const found = thrownBy(`${ABORTED}: Python worker exited unexpectedly (crashed)`);
  expect(found).toBeInstanceOf(LostDataError);
  expect(String(found)).toContain('count() was given up');
});

test('a worker that could not start is told with what the executor says', () => {
  const trace = `${ABORTED}: Lost task 0.3 (TID 7): org.apache.spark.SparkException: \nError from python worker:\n  ./tspark/worker: 1: exec: node: not found\nPYTHONPATH was:\n  /x\norg.apache.spark.SparkException: EOFException occurred while reading the port number\n`;
  expect(String(thrownBy(trace))).toMatch(
    /BRIDGE-504.*says: \.\/tspark\/worker: 1: exec: node: not found\. Workers need/,
  );
});

test('a job that Spark cancelled is cancelled here', () => {
  const found = thrownBy(
    'org.apache.spark.SparkException: [SPARK_JOB_CANCELLED] Job 3 cancelled part of a group\n\tat x',
  );
  expect(found).toBeInstanceOf(CancelledError);
});

test('an exception of another kind keeps its name', () => {
  const trace = 'java.lang.IllegalArgumentException: java.net.UnknownHostException: nohost\n\tat x';
  expect(String(thrownBy(trace))).toContain('failed in Spark: UnknownHostException: nohost');
});

test("what else Spark says is told without the JVM's frames", () => {
  const trace = `org.apache.spark.SparkException: no room\n\tat a.B.c(B.scala:1)\n\tat a.B.d(B.scala:2)\nCaused by: java.io.IOException: disk\n\t... 3 more\n`;
  expect(folded(trace)).toBe(
    'org.apache.spark.SparkException: no room\nCaused by: java.io.IOException: disk',
  );
  const found = thrownBy(trace) as Error;
  expect(found.message).toMatch(/^\[BRIDGE-503\] count\(\) failed in Spark: no room/);
});
