// The name under which compiled cells reach the evaluator. Plain data: both threads import it.

export const RUNTIME_NAME = '__tspark';
