// The signature of the call whose arguments are being typed, part by part. Language service.
import ts = require('typescript');
import { firstSentence } from './completions.js';
import { plainNames } from './diagnostics.js';
import type { PlacedTexts } from './placed-text.js';
import type { SignatureHelp, SignatureText } from './protocol.js';

export function signatureHelp(
  places: PlacedTexts,
  text: string,
  position: number,
): SignatureHelp | null {
  const placed = places.place(text, position);
  const help = placed.service.getSignatureHelpItems(placed.module, placed.position, undefined);
  if (help === undefined) return null;
  // Where nothing is typed yet the compiler takes the first one that it knows.
  const isOpen = help.argumentCount === 0;
  const items = isOpen
    ? [...help.items].sort((a, b) => strangeness(a) - strangeness(b))
    : help.items;
  const active = isOpen ? 0 : help.selectedItemIndex;
  return {
    signatures: items.map(signatureText),
    activeSignature: active,
    activeParameter: help.argumentIndex,
    summary: firstSentence(ts.displayPartsToString(items[active]?.documentation)),
  };
}

/** Overloads for what has a method named by a symbol, as `split` has, come last: nobody means them first. */
function strangeness({ parameters }: ts.SignatureHelpItem): number {
  return parameters.some(({ displayParts }) => displayParts.some(({ text }) => text === 'Symbol'))
    ? 1
    : 0;
}

function signatureText(item: ts.SignatureHelpItem): SignatureText {
  const [before, separator, after] = [
    item.prefixDisplayParts,
    item.separatorDisplayParts,
    item.suffixDisplayParts,
  ].map((parts) => plainNames(ts.displayPartsToString(parts)));
  return {
    before: before!,
    parameters: item.parameters.map(({ displayParts }) => plainPart(displayParts)),
    separator: separator!,
    after: after!,
  };
}

function plainPart(parts: ts.SymbolDisplayPart[]): string {
  return plainNames(ts.displayPartsToString(parts)).replace(/\s+/g, ' ');
}
