// Error codes of the prompt.
import type { ErrorCodeEntry } from './entry.js';

export const SHELL_CODES = {
  'SHELL-101': {
    by: 'UsageError',
    what: 'A TypeScript module that a cell imports cannot be compiled.',
    action: 'Mend the file and import it again.',
  },
  'SHELL-102': {
    by: 'UsageError',
    what: 'Code that no cell waits for (a timer, a loop that was given up) held too much memory, and what ran was ended.',
    action: 'Clear its timers and let go of what it holds, or raise --conf tspark.memory.heap.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
