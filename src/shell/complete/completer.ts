// Completions for what is typed at the prompt: commands and what follows them, files inside the strings that name
// one, everything else from the language service. Runs no user code.
import type { Command } from '../commands/command.js';
import type { Completer } from '../editor/completion.js';
import type { SignatureAsker } from '../editor/signature-hint.js';
import { argumentCompletion, codeOf, commandCompletion } from './command-words.js';
import { type LanguageSource, languageCompletion } from './language-names.js';
import { pathCompletion, pathInCode } from './path-names.js';

export interface AssistOptions {
  readonly commands: readonly Command[];
  readonly language: LanguageSource;
}

export function makeCompleter({ commands, language }: AssistOptions): Completer {
  return async (text, cursor) => {
    const command = commandCompletion(commands, text, cursor);
    if (command !== null) {
      // A dot may also go on with the expression above.
      const members = await languageCompletion(language, { text, cursor, shift: 0 });
      return { ...command, candidates: [...command.candidates, ...members.candidates] };
    }
    const argument = await argumentCompletion(commands, text, cursor);
    if (argument !== null) return argument;
    const path = pathInCode(text, cursor);
    if (path !== null) return pathCompletion(path);
    return languageCompletion(language, codeOf(commands, text, cursor));
  };
}

/** Signatures; nobody hurries the checker for them. */
export function makeSignatureAsker({ commands, language }: AssistOptions): SignatureAsker {
  return async (text, cursor) => {
    if (!language.isWarm) await language.whenWarm;
    const code = codeOf(commands, text, cursor);
    return language.signatureHelp(code.text, code.cursor);
  };
}
