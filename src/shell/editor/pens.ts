// Escapes for what is drawn with every key, written by hand: the styles of chalk are loaded after the prompt.

export function dim(text: string, hasColour: boolean): string {
  return hasColour && text !== '' ? `\x1b[2m${text}\x1b[22m` : text;
}

export function inverse(text: string, hasColour: boolean): string {
  return hasColour ? `\x1b[7m${text}\x1b[27m` : text;
}
