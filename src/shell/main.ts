// The program behind `bin/tspark` and `npm start`: reads the command line, opens the prompt or runs a program,
// and ends the process with its status. Imports no more than the way to the prompt needs.
import { parseCommandLine, type ShellOptions } from './command-line.js';
import { drained } from './streams.js';

const USAGE_STATUS = 2;

/** Runs the shell with the arguments after the program's name; ends the process. */
export async function run(argv: readonly string[]): Promise<void> {
  surviveClosedPipes();
  const status = await statusOf(argv);
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  process.exit(status);
}

async function statusOf(argv: readonly string[]): Promise<number> {
  const parsed = await parseCommandLine(argv);
  switch (parsed.kind) {
    case 'run':
      return open(parsed.options);
    case 'help':
      process.stdout.write(parsed.text);
      return 0;
    case 'version': {
      const { version } = await import('./banner.js');
      process.stdout.write(`tspark ${version()}\n`);
      return 0;
    }
    case 'usage':
      process.stderr.write(`tspark: ${parsed.message}\nTry tspark --help.\n`);
      return USAGE_STATUS;
  }
}

async function open(options: ShellOptions): Promise<number> {
  if (options.program.kind === 'input' && process.stdin.isTTY === true) {
    const { runPrompt } = await import('./prompt-mode.js');
    return runPrompt(options);
  }
  const { runProgram } = await import('./program-mode.js');
  return runProgram(options);
}

/** A reader that goes away early, such as `head`, ends the program without a word. */
function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
    });
  }
}
