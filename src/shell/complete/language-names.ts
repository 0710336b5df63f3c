// Names and members from the language service, as candidates.
import type { Candidate, Completion } from '../editor/completion.js';
import type {
  CompletionDetail,
  CompletionItem,
  CompletionList,
  SignatureHelp,
} from '../language/protocol.js';
import type { Code } from './command-words.js';

/** The part of the language client that is needed here. */
export interface LanguageSource {
  readonly isWarm: boolean;
  readonly whenWarm: Promise<void>;
  complete(text: string, position: number): Promise<CompletionList>;
  completionDetail(text: string, position: number, name: string): Promise<CompletionDetail | null>;
  signatureHelp(text: string, position: number): Promise<SignatureHelp | null>;
}

export async function languageCompletion(
  language: LanguageSource,
  { text, cursor, shift }: Code,
): Promise<Completion> {
  const { items, start, isMember } = await language.complete(text, cursor);
  const isBare = !isMember && start === cursor;
  // Without a letter every global there is would be listed.
  const shown = isBare ? items.filter(({ rank }) => rank === 'near') : items;
  const candidates = shown.map((item) => candidateOf(language, item, text, cursor));
  return { start: start + shift, candidates };
}

function candidateOf(
  language: LanguageSource,
  item: CompletionItem,
  text: string,
  cursor: number,
): Candidate {
  const { name, rank } = item;
  return {
    insert: name,
    label: name,
    kind: kindText(item),
    describe:
      rank === 'job'
        ? async () => ({ signature: `Job.${name}`, summary: 'Of the job, not of its result.' })
        : () => language.completionDetail(text, cursor, name),
  };
}

function kindText({ kind, rank }: CompletionItem): string {
  if (rank === 'deprecated') return 'deprecated';
  if (rank === 'job') return 'of the job';
  if (kind === 'getter') return 'property';
  return kind === 'external module name' ? 'module' : kind;
}
