// Completion of a half-typed text: `airlines.take(5).fo` completes the members of the rows. Language service.
import ts = require('typescript');
import { scan } from '../editor/scan.js';
import { OLD_MARK } from './cell-facts.js';
import { RESULT_NAME } from './cell-names.js';
import { plainNames } from './diagnostics.js';
import { JOB_MEMBERS } from './job-types.js';
import type { PlacedTexts } from './placed-text.js';
import type { CompletionDetail, CompletionItem, CompletionList } from './protocol.js';

/** The service's own order: names of the text and the session come before this, globals and keywords after. */
const GLOBALS = '15';
/** What no one means by a key at the prompt. */
const JUNK = /^(?:__|@@|\[Symbol|#)|[\x00-\x1f]/;

export function complete(places: PlacedTexts, text: string, position: number): CompletionList {
  const word = wordBefore(text.slice(0, position));
  const start = position - word.length;
  const isMember = /\.\s*$/.test(text.slice(0, start));
  const placed = places.place(text, position);
  const found = placed.service.getCompletionsAtPosition(placed.module, placed.position, {
    includeCompletionsForModuleExports: false,
  });
  const items = (found?.entries ?? []).filter((entry) => isWanted(entry, word)).map(itemOf);
  if (isMember && placed.hasAwaits && isBehindCall(text, start)) addJobMembers(items, word);
  return { items: items.sort(compareItems), start, isMember };
}

/** The name before the cursor; in a string its part after the last slash, which may be the name of a module. */
function wordBefore(before: string): string {
  const { tokens } = scan(before);
  const last = tokens.at(-1);
  const isString = last?.kind === 'string' && last.end === before.length;
  const pattern = isString ? /[^'"`/]*$/ : /[\p{ID_Continue}$]*$/u;
  return pattern.exec(before)![0];
}

/** The declaration of an item and the first sentence of its documentation. */
export function completionDetail(
  places: PlacedTexts,
  text: string,
  position: number,
  name: string,
): CompletionDetail | null {
  const { service, module, position: place } = places.place(text, position);
  const details = service.getCompletionEntryDetails(
    module,
    place,
    name,
    undefined,
    undefined,
    undefined,
    undefined,
  );
  if (details === undefined) return null;
  const declaration = plainNames(ts.displayPartsToString(details.displayParts));
  return {
    // What kind of thing it is, the list says.
    signature: declaration.replace(/\s+/g, ' ').replace(/^\((?:method|property|getter)\) /, ''),
    summary: firstSentence(ts.displayPartsToString(details.documentation)),
  };
}

/** Up to the first full stop that ends a sentence, on one line. */
export function firstSentence(text: string): string {
  const paragraph = text
    .split(/\n\s*\n/)[0]!
    .replace(/\s+/g, ' ')
    .trim();
  return /^.*?[.!?](?=\s|$)/.exec(paragraph)?.[0] ?? paragraph;
}

function isWanted({ name, kind }: ts.CompletionEntry, word: string): boolean {
  if (!name.startsWith(word) || JUNK.test(name)) return false;
  if (kind === ts.ScriptElementKind.warning) return false;
  return !name.startsWith('__tspark') && name !== RESULT_NAME && !name.endsWith(OLD_MARK);
}

function itemOf({ name, kind, kindModifiers, sortText }: ts.CompletionEntry): CompletionItem {
  const isDeprecated = /\bdeprecated\b/.test(kindModifiers ?? '');
  if (isDeprecated) return { name, kind, rank: 'deprecated' };
  return { name, kind, rank: sortText < GLOBALS ? 'near' : 'global' };
}

const RANKS: readonly CompletionItem['rank'][] = ['near', 'global', 'job', 'deprecated'];

function compareItems(a: CompletionItem, b: CompletionItem): number {
  const byRank = RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank);
  return byRank !== 0 ? byRank : compareText(a.name, b.name);
}

function isBehindCall(text: string, start: number): boolean {
  return /\)\s*\.\s*$/.test(text.slice(0, start));
}

function addJobMembers(items: CompletionItem[], word: string): void {
  for (const name of JOB_MEMBERS) {
    if (name.startsWith(word) && !items.some((item) => item.name === name)) {
      items.push({ name, kind: 'method', rank: 'job' });
    }
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
