// A small seeded generator of random numbers: the same sequence for the same seed and stream everywhere.
// xoshiro128** by Blackman and Vigna, seeded with splitmix32.

const TWO_32 = 2 ** 32;

/** Random numbers that depend on `seed` and `stream` (such as a partition) alone. */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number, stream = 0) {
    // Seeds reach beyond 32 bits: both halves take part, then the stream.
    const low = seed >>> 0;
    const high = Math.floor(Math.abs(seed) / TWO_32) >>> 0;
    let state = mix(low ^ mix(high ^ mix(stream + 0x9e3779b9)));
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      return mix(state);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1;
  }

  /** A number in [0, 1) with 53 random bits. */
  next(): number {
    return ((this.#bits() >>> 5) * 67_108_864 + (this.#bits() >>> 6)) / 2 ** 53;
  }

  /** An integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** A draw from the Poisson distribution. */
  poisson(mean: number): number {
    let count = 0;
    let left = mean;
    // exp(-mean) underflows for large means; a Poisson variable is a sum of ones with smaller means.
    while (left > 30) {
      count += this.#smallPoisson(30);
      left -= 30;
    }
    return count + this.#smallPoisson(left);
  }

  #smallPoisson(mean: number): number {
    const limit = Math.exp(-mean);
    let product = this.next();
    let count = 0;
    while (product > limit) {
      product *= this.next();
      count++;
    }
    return count;
  }

  #bits(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotate(this.#d, 11);
    return result;
  }
}

/** Puts the items into a random order, in place (Fisher and Yates). */
export function shuffleInPlace<T>(items: T[], random: SeededRandom): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const item = items[i]!;
    items[i] = items[j]!;
    items[j] = item;
  }
  return items;
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function mix(x: number): number {
  let z = x | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
