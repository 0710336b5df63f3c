// Escapes for what is drawn with every key, written by hand: the styles of chalk are loaded after the prompt.

/** A text that is told of, on one line and without escapes of its own. */
export function onOneLine(text: string): string {
  return text.replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ');
}

export function dim(text: string, hasColour: boolean): string {
  return hasColour && text !== '' ? `\x1b[2m${text}\x1b[22m` : text;
}

export function inverse(text: string, hasColour: boolean): string {
  return hasColour ? `\x1b[7m${text}\x1b[27m` : text;
}
