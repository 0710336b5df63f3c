// Single fields of a text without the others: what functions are rewritten to that split and look at few of the fields
// (plan/field-access.ts). Any thread; called once a record.

/** `text.split(separator)[index]`. */
export function field(text: string, separator: string, index: number): string | undefined {
  // Whatever else has a split of its own is asked itself, and what has none throws as it would.
  if (typeof text !== 'string') return (text as string).split(separator)[index];
  let start = 0;
  for (let i = 0; i < index; i++) {
    const at = text.indexOf(separator, start);
    if (at < 0) return undefined;
    start = at + 1;
  }
  const end = text.indexOf(separator, start);
  return end < 0 ? text.slice(start) : text.slice(start, end);
}

/** `text.split(separator)`, of which only the fields are there that `used` has a bit for. */
export function fields(text: string, separator: string, used: number): (string | undefined)[] {
  if (typeof text !== 'string') return (text as string).split(separator);
  const found: (string | undefined)[] = [];
  let start = 0;
  for (let left = used; left !== 0; left >>>= 1) {
    const end = text.indexOf(separator, start);
    if (end < 0) {
      found.push(text.slice(start));
      break;
    }
    found.push((left & 1) === 0 ? undefined : text.slice(start, end));
    start = end + 1;
  }
  return found;
}
