// The prompt: reads a cell, runs it as a command or as TypeScript, and again, until the user leaves.
import { backgroundLine } from './background-line.js';
import { type CommandShell, usageLine } from './commands/command.js';
import { COMMANDS, parseCommand } from './commands/registry.js';
import type { CellReader } from './editor/cell-reader.js';
import type { CellEnd } from './session.js';

export interface PromptLoopOptions {
  readonly reader: CellReader;
  /** Resolves once cells can be run; the prompt stands before that. */
  readonly shell: Promise<CommandShell>;
}

export async function promptLoop({ reader, shell: starting }: PromptLoopOptions): Promise<void> {
  let unfinished: string | undefined;
  // Whether there is an expression that a dotted line can go on with.
  let hasAbove = false;
  for (;;) {
    const input = await reader.read(unfinished);
    unfinished = undefined;
    if (input.kind === 'end') return;
    if (input.text.trim() === '') continue;
    const shell = await starting;
    const isCommand = !input.wasPasted && (await runCommand(input.text, hasAbove, shell));
    if (isCommand) {
      shell.history.add(input.text);
      shell.tour.entered(input.text, shell);
    } else {
      const end = await runCell(input.text, input.wasPasted, shell);
      if (end === 'incomplete') {
        unfinished = input.text;
        continue;
      }
      shell.history.add(input.text);
      if (end === 'done') {
        hasAbove = true;
        shell.tour.entered(input.text, shell);
      }
    }
    if (shell.session.isLeaving) return;
  }
}

/** A cell: in the background where a typed line ends in `&`. */
async function runCell(text: string, wasPasted: boolean, shell: CommandShell): Promise<CellEnd> {
  const line = wasPasted ? null : backgroundLine(text);
  // What is no whole expression goes on in the next line, as any line that ends in an operator.
  const early = line === null ? 'incomplete' : await shell.background.start(line);
  if (early !== 'incomplete') return early;
  return shell.session.run({ text, mode: 'cell', echoes: true, mayContinue: true });
}

/** Runs a line that is a command; false where it is TypeScript. */
export async function runCommand(
  text: string,
  hasAbove: boolean,
  shell: CommandShell,
): Promise<boolean> {
  if (text.trim().includes('\n')) return false;
  if (/^\s*(exit|quit)\s*;?\s*$/.test(text)) {
    shell.session.leave();
    return true;
  }
  const parsed = parseCommand(text);
  if (parsed === null) return false;
  if (parsed.kind === 'command') {
    await guarded(shell, () => parsed.command.run(parsed.argument, shell));
    return true;
  }
  if (parsed.meant === null && hasAbove) return false;
  const meant = COMMANDS.find((command) => command.name === parsed.meant);
  const hint =
    meant === undefined
      ? '.help lists them.'
      : `did you mean .${meant.name}? (${usageLine(meant)})`;
  shell.terminal.line(`There is no command .${parsed.name}; ${hint}`, 'err');
  return true;
}

async function guarded(shell: CommandShell, run: () => Promise<void> | void): Promise<void> {
  try {
    await run();
  } catch (error) {
    shell.session.reportStray(error);
  }
}
