// "Did you mean": the known word nearest to what was typed. Pure.

/** The nearest of `words`, or null where none is near enough to be meant. */
export function nearest(typed: string, words: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const word of words) {
    const distance = editDistance(typed.toLowerCase(), word.toLowerCase());
    if (distance < bestDistance && distance <= slipsIn(Math.min(typed.length, word.length))) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** How many letters of a word may be wrong: of a single one none, or any name would do for any other. */
function slipsIn(length: number): number {
  if (length <= 1) return 0;
  if (length <= 4) return 1;
  return length <= 7 ? 2 : 3;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(row[j - 1]! + 1, last[j]! + 1, substitution);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
