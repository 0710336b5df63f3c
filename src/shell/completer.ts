// Completions for the line editor: command names by ourselves, everything else from the language thread.
import type { Completer, Completion } from './editor/cell-reader.js';
import type { CompletionList } from './language/protocol.js';

export interface CompleterOptions {
  readonly commandNames: readonly string[];
  complete(text: string, position: number): Promise<CompletionList>;
}

export function makeCompleter(options: CompleterOptions): Completer {
  return async (text, cursor) =>
    commandCompletion(options.commandNames, text, cursor) ?? fromLanguage(options, text, cursor);
}

function commandCompletion(
  names: readonly string[],
  text: string,
  cursor: number,
): Completion | null {
  const match = /^\s*\.([a-z]*)$/.exec(text.slice(0, cursor));
  if (match === null) return null;
  const start = cursor - match[1]!.length;
  const found = names.filter((name) => name.startsWith(match[1]!));
  if (found.length === 0) return null;
  return { start, candidates: found.map((name) => ({ insert: name, label: `.${name}` })) };
}

async function fromLanguage(
  { complete }: CompleterOptions,
  text: string,
  cursor: number,
): Promise<Completion> {
  const { items, start, isMember } = await complete(text, cursor);
  const typed = text.slice(start, cursor);
  // Without a letter every name there is would be listed.
  if (!isMember && typed === '') return { start, candidates: [] };
  const names = [...new Set(items.map((item) => item.name))].filter((name) =>
    name.startsWith(typed),
  );
  return { start, candidates: names.sort().map((name) => ({ insert: name, label: name })) };
}
