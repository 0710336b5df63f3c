// What a dot command is, and what it may use of the shell.
import type { BackgroundCells } from '../background-cells.js';
import type { ConsoleLines } from '../console-lines.js';
import type { History } from '../editor/history.js';
import type { JobTable } from '../job-table.js';
import type { CachedRdd } from '../../scheduler/plan-description.js';
import type { Documentation, SavedProgram } from '../language/protocol.js';
import type { StreamsRow } from '../print/streams-text.js';
import type { Printer } from '../printer.js';
import type { Progress } from '../progress.js';
import type { SavedSettings } from '../saved-text.js';
import type { Session } from '../session.js';
import type { StageTable } from '../stage-table.js';
import type { Style } from '../style.js';
import type { Terminal } from '../terminal.js';
import type { Tour } from '../tour.js';

export const TYPES_MODES = ['off', 'warn', 'error'] as const;
export type TypesMode = (typeof TYPES_MODES)[number];

export interface CommandShell {
  readonly terminal: Terminal;
  readonly style: Style;
  readonly session: Session;
  readonly printer: Printer;
  readonly jobs: JobTable;
  readonly stages: StageTable;
  readonly progress: Progress;
  readonly tour: Tour;
  /** How much a type error matters; may be set anew. */
  readonly types: { mode: TypesMode };
  readonly settings: SavedSettings;
  readonly background: BackgroundCells;
  readonly history: History;
  readonly consoleLines: ConsoleLines;
  /** Every command, in the order help shows them. */
  readonly commands: readonly Command[];
  /** The type of an expression as text, null where it has none. */
  typeOf(expression: string): Promise<string | null>;
  /** What the type checker knows of the name at a position of a text. */
  documentation(text: string, position: number): Promise<Documentation | null>;
  /** The cells that have succeeded, as a program. */
  savedProgram(): Promise<SavedProgram>;
  asJavaScript(text: string): Promise<string>;
  /** The RDDs that have partitions kept. */
  cached(): Promise<readonly CachedRdd[]>;
  cancelJob(id: number): void;
  streams(): readonly StreamsRow[];
  /** Closes an output or source by what `.streams` calls it; what it was, null if there is none. */
  closeStream(id: string): string | null;
  /** Runs a file as a program whose names stay. */
  load(path: string): Promise<void>;
}

export interface Command {
  /** Without the dot. */
  readonly name: string;
  /** What follows the name, as help shows it. */
  readonly usage: string;
  readonly summary: string;
  /** Words that may come after `before`, for completion, where the usage does not list them. */
  words?(before: string): readonly string[];
  run(argument: string, shell: CommandShell): Promise<void> | void;
}

/** What is said where a command was given something it cannot use. */
export function usageLine(command: Command): string {
  return `usage: .${command.name}${command.usage === '' ? '' : ` ${command.usage}`}`;
}
