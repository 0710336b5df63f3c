// The name under which compiled cells reach the evaluator (`evaluate/runtime-support.ts`). Any thread.

export const RUNTIME_NAME = '__tspark';
