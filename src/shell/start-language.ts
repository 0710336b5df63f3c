// Starts the language service for the shell, with the names that are there before the first cell. Loaded before
// everything else: the service starts beside the engine.
import { fileURLToPath } from 'node:url';
import type { ShellOptions } from './command-line.js';
import { LanguageClient } from './language/client.js';

const PRELOADED_TYPES = {
  sc: 'import("tspark").SparkContext',
  ssc: 'import("tspark").StreamingContext',
};

/** Of what `habits.ts` makes for the prompt. */
export const HABIT_TYPES: Readonly<Record<string, string>> = {
  print: '(...values: unknown[]) => void',
  len: '(value: unknown) => number',
  help: '(value?: unknown) => void',
  exit: '() => void',
  quit: '() => void',
  spark: 'unknown',
};

export function startLanguage(options: ShellOptions, isPrompt: boolean): LanguageClient {
  return LanguageClient.start({
    cwd: process.cwd(),
    packageTypes: fileURLToPath(new URL('../index.d.ts', import.meta.url)),
    preloaded: { ...PRELOADED_TYPES, ...(isPrompt ? HABIT_TYPES : {}) },
    warmUp: isPrompt && options.checksTypes,
  });
}
