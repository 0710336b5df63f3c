// Looks into a function by stopping it before its first statement: the only way to an arrow's `this`
// and to whether two functions share a variable. The body never runs. Costs some milliseconds; capturing thread only.
import { inspectorAccess, type RemoteValue } from './inspector-access.js';

interface CallFrame {
  readonly callFrameId: string;
}

const TIMEOUT_MS = 10_000;
/** More than the parameters of any arrow. */
const ARGUMENTS = 16;

/** Evaluates an expression inside the paused function. */
export type EvaluateInside = (expression: string) => unknown;

/** A function, and where its body starts and ends in its script. */
export interface Stoppable {
  readonly fn: Function;
  readonly body: { readonly start: ScriptPosition; readonly end: ScriptPosition };
}

/** Lines and columns count from 0. */
export interface ScriptPosition {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/**
 * Calls `look` while the function is stopped at the first statement of its body, then abandons the call.
 * Returns false if it cannot be stopped there (generators).
 */
function pauseInside(target: Stoppable, look: (evaluate: EvaluateInside) => void): boolean {
  inspectorAccess.useDebugger();
  const breakpointId = setBreakpoint(target);
  if (breakpointId === null) return false;
  try {
    return callUntilPaused(target.fn, look);
  } finally {
    inspectorAccess.post('Debugger.removeBreakpoint', { breakpointId });
  }
}

/**
 * A breakpoint in the body itself. One on the function's call would stand in the default value of a parameter
 * where there is one, be passed over, and let the body run.
 */
function setBreakpoint({ body }: Stoppable): string | null {
  const { locations } = inspectorAccess.post<{ locations: ScriptPosition[] }>(
    'Debugger.getPossibleBreakpoints',
    { ...body, restrictToFunction: true },
  );
  const [location] = locations;
  if (location === undefined) return null;
  return inspectorAccess.post<{ breakpointId: string }>('Debugger.setBreakpoint', {
    location: { ...location },
  }).breakpointId;
}

function callUntilPaused(fn: Function, look: (evaluate: EvaluateInside) => void): boolean {
  const { session, slotText } = inspectorAccess;
  let isReached = false;
  let failure: unknown;
  const onPause = (message: { params: { callFrames: CallFrame[] } }): void => {
    isReached = true;
    try {
      look(insideOf(message.params.callFrames[0]!));
    } catch (error) {
      failure = error;
    } finally {
      session.post('Debugger.resume', { terminateOnResume: true });
    }
  };
  session.once('Debugger.paused', onPause as never);
  // Arguments that are never undefined keep default values from being evaluated.
  inspectorAccess.give(fn, Array(ARGUMENTS).fill(anything));
  const expression = `${slotText}.value.call(undefined, ...${slotText}.args)`;
  // With a timeout the termination ends this evaluation only, not the code that called us.
  session.post('Runtime.evaluate', { expression, timeout: TIMEOUT_MS, silent: true }, () => {});
  session.removeListener('Debugger.paused', onPause as never);
  inspectorAccess.take();
  if (failure !== undefined) throw failure;
  return isReached;
}

function insideOf(frame: CallFrame): EvaluateInside {
  return (expression) => {
    const { result } = inspectorAccess.post<{ result: RemoteValue }>(
      'Debugger.evaluateOnCallFrame',
      {
        callFrameId: frame.callFrameId,
        expression,
      },
    );
    return inspectorAccess.local(result);
  };
}

/** The `this` that an arrow sees; null if it cannot be found out. */
export function thisOfArrow(arrow: Stoppable): { readonly value: unknown } | null {
  let found: { value: unknown } | null = null;
  pauseInside(arrow, (evaluate) => {
    found = { value: evaluate('this') };
  });
  return found;
}

/**
 * Which of `others` see the very variable `name` that the function sees. Writes a marker to it, asks `read` for what
 * each of the others sees, and puts the old value back. Null if the function cannot be stopped.
 */
export function findSharers(
  target: Stoppable,
  name: string,
  others: readonly Function[],
  read: (other: Function) => unknown,
): readonly Function[] | null {
  const marker = {};
  let sharers: readonly Function[] = [];
  const isReached = pauseInside(target, (evaluate) => {
    const { slotText } = inspectorAccess;
    const before = evaluate(name);
    inspectorAccess.give(marker);
    evaluate(`${name} = ${slotText}.value, undefined`);
    try {
      sharers = others.filter((other) => read(other) === marker);
    } finally {
      inspectorAccess.give(before);
      evaluate(`${name} = ${slotText}.value, undefined`);
    }
  });
  return isReached ? sharers : null;
}

/** Fits every parameter pattern: any property is itself, it iterates a little, it converts to 0. */
const anything: unknown = new Proxy(() => {}, {
  get(_, key): unknown {
    if (key === Symbol.toPrimitive) return () => 0;
    if (key !== Symbol.iterator) return anything;
    return function* () {
      for (let i = 0; i < 32; i++) yield anything;
    };
  },
  apply: () => anything,
});
