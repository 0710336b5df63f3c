// What the JVM threw, as text: its stack trace. Turned into errors for the user by `failures.ts`.

/** Most lines of a Java trace that are kept for reading. */
const SHOWN_LINES = 12;

export class JavaException extends Error {
  /** The whole trace as the JVM prints it. */
  readonly trace: string;

  constructor(what: string, trace: string) {
    super(`${what}: ${firstLine(trace)}`);
    this.trace = trace;
  }

  override get name(): string {
    return 'JavaException';
  }
}

/** The trace without the frames below each exception, at most so many lines. */
export function folded(trace: string): string {
  const lines = trace.split('\n').filter((line) => !/^\s*(at |\.\.\. \d+ more)/.test(line));
  const shown = lines.filter((line) => line.trim() !== '').slice(0, SHOWN_LINES);
  return shown.join('\n');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
