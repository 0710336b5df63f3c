// Error codes of the prompt.
import type { ErrorCodeEntry } from './entry.js';

export const SHELL_CODES = {
  'SHELL-101': {
    by: 'UsageError',
    what: 'A TypeScript module that a cell imports cannot be compiled.',
    action: 'Mend the file and import it again.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
