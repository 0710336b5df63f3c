// A docstring as text for the terminal: the signature first, then its paragraphs wrapped, its example as it stands.
// Pure.
import type { Documentation } from '../language/protocol.js';
import type { Style } from '../style.js';
import { wrapWords } from '../text-width.js';

/** Longer lines are hard to read, however wide the terminal is. */
const MAX_WIDTH = 100;
/** What the compiler puts in front of a declaration, such as `(method) `. */
const KIND = /^\((?:method|property|alias|local [a-z ]+|parameter|getter|setter)\) /;

export function docText(doc: Documentation, style: Style, columns: number): string {
  const width = Math.min(Math.max(columns - 1, 20), MAX_WIDTH);
  const signature = doc.declaration
    .replace(KIND, '')
    .replace(/\nexport \S+$/, '')
    .replace(/\bany\b(?=>\.)/, 'T');
  const tags = doc.tags.map(({ name, text }) => `**${name}** ${text}`);
  const sections = [doc.text, ...tags].filter((section) => section !== '').flatMap(blocksOf);
  return [style.cyan(signature), ...sections.map((block) => shown(block, style, width))].join(
    '\n\n',
  );
}

interface Block {
  readonly isCode: boolean;
  readonly text: string;
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const [index, part] of text.split(/^```\w*\n?/m).entries()) {
    const isCode = index % 2 === 1;
    const pieces = isCode ? [part] : part.split(/\n\s*\n/);
    for (const piece of pieces) {
      if (piece.trim() !== '') blocks.push({ isCode, text: piece.trimEnd() });
    }
  }
  return blocks;
}

function shown({ isCode, text }: Block, style: Style, width: number): string {
  if (isCode) return text.replace(/^/gm, '  ');
  const isList = /^\s*[-*] /m.test(text);
  const paragraphs = isList ? text.split('\n') : [text.replace(/\s*\n\s*/g, ' ')];
  return paragraphs
    .map((line) => wrapWords(line.replaceAll('`', '').trim(), width))
    .join('\n')
    .replace(/\*\*([^*\n]+)\*\*/g, (_, word: string) => style.bold(word));
}
