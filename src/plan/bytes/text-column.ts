// Texts as columns in the arena.
import type { Arena } from '../../kernels/arena.js';
import type { TextInLine } from './meaning.js';

/** Addresses of the starts and ends of texts. */
export interface TextColumn {
  readonly starts: number;
  readonly ends: number;
  /** Whether lines may lack the text. */
  readonly mayMiss: boolean;
}

/** The lines of a chunk and the texts that lie in them. */
export interface LineTexts {
  readonly arena: Arena;
  /** The chunk's bytes. */
  readonly from: number;
  readonly to: number;
  readonly lineCount: number;
  textInLine(text: TextInLine): TextColumn;
}
