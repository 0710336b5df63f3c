// Numbers of Spark's protocol between an executor and its workers, the same in all versions.
// https://github.com/apache/spark: core/src/main/scala/org/apache/spark/api/python/PythonRunner.scala

export const END_OF_DATA_SECTION = -1;
export const WORKER_ERROR = -2;
export const TIMING_DATA = -3;
export const END_OF_STREAM = -4;
export const NULL_RECORD = -5;
export const START_OF_INIT_MESSAGE = -8;
