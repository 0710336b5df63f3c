// Chance that is the same in every run of a seed: what strikes follows from what is struck, not from the order in which
// threads happen to run. For faults made on purpose. Every thread.

export class Chance {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A number from 0 to 1 that follows from the seed and the arguments. */
  share(name: string, ...what: readonly number[]): number {
    let hash = mix(this.#seed, hashText(name));
    for (const each of what) hash = mix(hash, each);
    return hash / 2 ** 32;
  }
}

export function hashText(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
  return hash;
}

/** A step of murmur3 with its finisher, so that each bit of either argument reaches all of the result. */
function mix(hash: number, value: number): number {
  let mixed = Math.imul(value, 0xcc9e2d51);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593) ^ hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
