// What completion is about: the candidates for the word before the cursor, and what they share. Pure.

/** What is shown of the selected candidate. */
export interface CandidateDetail {
  readonly signature: string;
  /** One sentence, or empty. */
  readonly summary: string;
}

export interface Candidate {
  /** What it puts in the place of the word. */
  readonly insert: string;
  readonly label: string;
  /** `method`, `command`, `file`, … */
  readonly kind: string;
  /** Asked for once it is selected. */
  describe?(): Promise<CandidateDetail | null>;
}

export interface Completion {
  /** Index where the word begins. */
  readonly start: number;
  /** In the order they are shown. */
  readonly candidates: readonly Candidate[];
}

export type Completer = (text: string, cursor: number) => Promise<Completion | null>;

export function commonPrefix(words: readonly string[]): string {
  let prefix = words[0] ?? '';
  for (const word of words) {
    while (!word.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  return prefix;
}
