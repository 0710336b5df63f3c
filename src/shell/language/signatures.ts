// The signature of the call whose arguments are being typed, part by part. Language thread.
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
  const selected = help.items[help.selectedItemIndex];
  return {
    signatures: help.items.map(signatureText),
    activeSignature: help.selectedItemIndex,
    activeParameter: help.argumentIndex,
    summary: firstSentence(ts.displayPartsToString(selected?.documentation)),
  };
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
