// Random dirty files and random programs over their lines, from a seed: what the byte path, the plain path and plain
// arrays are compared on.

/** Numbers from a seed (mulberry32), the same on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 to before `n`. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }
}

const WORDS = ['x', 'ab', 'Lufthansa', 'a key of more than eight', 'LH', 'k1', 'k2', '', 'zz top'];
const WIDE_WORDS = ['é', 'Zürich', '日本', '😀', 'ÿ', '\ufeffmark'];
const NUMBERS = ['0', '1', '42', '-7', '1000', '999999999999999', '12.5', '0.1', '-3.25', '007'];
const ODD_NUMBERS = [
  '',
  ' ',
  ' 7',
  '8 ',
  '+9',
  '-0',
  '0.0',
  '-0.0',
  '1e3',
  '1E400',
  '0x1F',
  'NaN',
  'Infinity',
  '-Infinity',
  '12abc',
  '1.',
  '.5',
  '1.2.3',
  '--1',
  '99999999999999999999',
  '1_000',
];

/** What may be wrong with a file. */
interface Dirt {
  readonly isWide: boolean;
  readonly hasOddNumbers: boolean;
  readonly hasShortRows: boolean;
  readonly hasEmptyLines: boolean;
  readonly returns: 'none' | 'all' | 'some' | 'lone';
  readonly hasMark: boolean;
  readonly hasBadBytes: boolean;
  readonly hasLongLine: boolean;
  readonly endsInLine: boolean;
}

function dirtOf(random: Random): Dirt {
  const isClean = random.oneIn(4);
  const maybe = (n: number): boolean => !isClean && random.oneIn(n);
  return {
    isWide: maybe(2),
    hasOddNumbers: maybe(2),
    hasShortRows: maybe(3),
    hasEmptyLines: maybe(4),
    returns: isClean ? 'none' : random.pick(['none', 'none', 'none', 'all', 'some', 'lone']),
    hasMark: maybe(6),
    hasBadBytes: maybe(8),
    hasLongLine: maybe(12),
    endsInLine: maybe(3),
  };
}

/** A file of some hundred lines. */
export function randomFile(random: Random): Buffer {
  const dirt = dirtOf(random);
  const separator = random.pick([',', ',', ';', '\t']);
  const count = random.pick([0, 1, 5, 60, 300]);
  let text = dirt.hasMark ? '\ufeff' : '';
  for (let i = 0; i < count; i++) {
    const line = randomLine(random, dirt, separator);
    const isLast = i === count - 1 && dirt.endsInLine;
    text += line + (isLast ? '' : lineEnd(random, dirt));
  }
  const bytes = Buffer.from(text);
  if (dirt.hasBadBytes) {
    for (let i = 0; i < 3 && bytes.length > 0; i++) {
      bytes[random.below(bytes.length)] = random.pick([0xff, 0xc3, 0x80, 0xed]);
    }
  }
  return bytes;
}

function randomLine(random: Random, dirt: Dirt, separator: string): string {
  if (dirt.hasEmptyLines && random.oneIn(10)) return '';
  if (dirt.hasLongLine && random.oneIn(100)) return 'long '.repeat(60_000);
  const word = (): string => random.pick(dirt.isWide && random.oneIn(3) ? WIDE_WORDS : WORDS);
  const number = (): string =>
    random.pick(dirt.hasOddNumbers && random.oneIn(4) ? ODD_NUMBERS : NUMBERS);
  const fields = [word(), word(), number(), number(), `t${random.below(40)}`];
  const kept = dirt.hasShortRows && random.oneIn(12) ? random.below(6) : fields.length;
  return fields.slice(0, kept).join(separator);
}

function lineEnd(random: Random, { returns }: Dirt): string {
  switch (returns) {
    case 'none':
      return '\n';
    case 'all':
      return '\r\n';
    case 'some':
      return random.oneIn(3) ? '\r\n' : '\n';
    case 'lone':
      return random.oneIn(9) ? '\r' : '\n';
  }
}

// Programs are texts of functions, made into functions where they are used, so that a failing one can be printed.

/** Ends that move pairs as they are. */
export type MovingEnd =
  | 'sortByKey'
  | 'sortByKeyDown'
  | 'sortBy'
  | 'takeSorted'
  | 'groupByKey'
  | 'groupLengths'
  | 'countGroups'
  | 'partitionBy'
  | 'join'
  | 'countJoin'
  | 'countLeftJoin'
  | 'countFullJoin'
  | 'selfJoin';

const MOVING_ENDS: readonly MovingEnd[] = [
  'sortByKey',
  'sortByKey',
  'sortByKeyDown',
  'sortBy',
  'takeSorted',
  'groupByKey',
  'groupLengths',
  'countGroups',
  'partitionBy',
  'join',
  'countJoin',
  'countLeftJoin',
  'countFullJoin',
  'selfJoin',
];

export interface Program {
  /** Record-wise operations, in order. */
  readonly steps: readonly {
    readonly kind: 'map' | 'filter' | 'mapValues' | 'flatMap';
    readonly fn: string;
  }[];
  readonly end:
    | 'count'
    | 'collect'
    | 'take'
    | 'reduceByKey'
    | 'countKeys'
    | 'distinct'
    | 'sum'
    | 'max'
    | 'fold'
    | 'reduce'
    | MovingEnd;
  /** Of reduceByKey. */
  readonly merge: string;
  readonly limit: number;
}

const SEPARATORS = ["','", "','", "','", "';'", "'\\t'"];
const LITERALS = ['x', 'Luft', 'Lufthansa', 'k', 'é', '日本', '', ',', 'zz', 't1', '42'];

function textOf(random: Random): string {
  if (random.oneIn(4)) return 'l';
  if (random.oneIn(10)) return replacedOf(random);
  return `l.split(${random.pick(SEPARATORS)})[${random.below(6)}]`;
}

function numberOf(random: Random, depth = 0): string {
  const field = (): string => `l.split(${random.pick(SEPARATORS)})[${2 + random.below(2)}]`;
  switch (random.below(depth > 1 ? 7 : 10)) {
    case 0:
      return `parseInt(${field()})`;
    case 1:
      return `parseInt(${field()}, 10)`;
    case 2:
      return `Number(${field()})`;
    case 3:
      return `+${field()}`;
    case 4:
      return `parseFloat(${field()})`;
    case 5:
      return `${textOf(random)}.length`;
    case 6:
      return String(random.pick([0, 1, -1, 2.5, 1000]));
    case 7:
      return `(${numberOf(random, depth + 1)} ${random.pick(['+', '-', '*', '/', '%', '|', '&'])} ${numberOf(random, depth + 1)})`;
    case 8:
      return `Math.${random.pick(['abs', 'floor', 'max', 'min', 'sign'])}(${numberOf(random, depth + 1)})`;
    default:
      return `(${numberOf(random, 2)} > ${numberOf(random, 2)} ? ${numberOf(random, 2)} : ${numberOf(random, 2)})`;
  }
}

function testOf(random: Random, depth = 0): string {
  const literal = JSON.stringify(random.pick(LITERALS));
  if (random.oneIn(12)) {
    const how = random.pick(['includes', 'startsWith', 'endsWith']);
    return `(${joinedOf(random)}).${how}(${literal})`;
  }
  switch (random.below(depth > 1 ? 7 : 10)) {
    case 0:
      return `${textOf(random)}.includes(${literal})`;
    case 1:
      return `${textOf(random)}.startsWith(${literal})`;
    case 2:
      return `${textOf(random)}.endsWith(${literal})`;
    case 3:
      return `${textOf(random)} ${random.pick(['===', '!==', '=='])} ${literal}`;
    case 4:
      return `${numberOf(random, 1)} ${random.pick(['<', '<=', '>', '>=', '===', '!=='])} ${numberOf(random, 1)}`;
    case 5:
      return `l.split(${random.pick(SEPARATORS)}).length ${random.pick(['>', '===', '<'])} ${random.below(6)}`;
    case 6:
      return 'l.length > 12';
    case 7:
      return `!(${testOf(random, depth + 1)})`;
    case 8:
      return `(${testOf(random, depth + 1)} && ${testOf(random, depth + 1)})`;
    default:
      return `(${testOf(random, depth + 1)} || ${testOf(random, depth + 1)})`;
  }
}

/** Merges that give numbers, and some that do not always. */
const MERGES = [
  '(a, b) => a + b',
  '(a, b) => a + b',
  'Math.max',
  '(a, b) => Math.max(a, b)',
  '(a, b) => (a > b ? a : b)',
  '(a, b) => a * 2 - b',
  '(a, b) => b',
  '(a, b) => { const c = a; return c + b * 1; }',
  "(a, b) => (a > 100 ? 'many' : a + b)",
  '(a, b) => a || b',
  '(a, b) => [a, b]',
  '(a, b) => String(a) + String(b)',
];

/** Pairs of all kinds that are moved, sorted, grouped or joined. */
function movingProgram(random: Random, steps: Program['steps'][number][]): Program {
  const end = random.pick(MOVING_ENDS);
  if (random.oneIn(6)) {
    steps.length = 0;
    steps.push({ kind: 'flatMap', fn: `l => l.split(${random.pick(SEPARATORS)})` });
    const value = random.pick(['1', 'l', 'null', '2.5', "'x'", '[l, 1]']);
    steps.push({ kind: 'map', fn: `l => [l, ${value}]` });
  } else {
    steps.push({ kind: 'map', fn: `l => [${keyOf(random)}, ${valueOf(random)}]` });
  }
  return { steps, end, merge: '', limit: random.below(8) };
}

/** A text with others put in its place. */
function replacedOf(random: Random): string {
  const text = random.pick(['l', `l.split(${random.pick(SEPARATORS)})[${random.below(6)}]`]);
  return random.pick([
    `${text}.replaceAll(${JSON.stringify(random.pick(['a', 'é', 'uf', ',', 'k1', '']))}, ${JSON.stringify(random.pick(['', 'x', 'xyz', '$&', 'é']))})`,
    `${text}.replace(/${random.pick(['a', 'x', 'k', 'zz t'])}/g, '-')`,
    `${text}.replace('a', '-')`,
  ]);
}

/** A text put together of others, some of them missing. */
function joinedOf(random: Random): string {
  const literal = random.pick(['-', '', '/', 'é', '\\n', 'a b']);
  const [a, b] = [textOf(random), textOf(random)];
  return random.pick([
    `\`\${${a}}${literal}\${${b}}\``,
    `${a} + ${JSON.stringify(literal)} + ${b}`,
    `${a} + ${b}`,
    `\`${literal}\${${a}}\``,
    `${JSON.stringify(literal)} + ${numberOf(random, 2)}`,
  ]);
}

/** A key: a text, a number, a text of several, or a tuple of these. */
function keyOf(random: Random): string {
  switch (random.below(8)) {
    case 0:
    case 1:
      return numberOf(random);
    case 2:
      return joinedOf(random);
    case 3:
      return `[${textOf(random)}, ${textOf(random)}]`;
    case 4:
      return `[${numberOf(random, 2)}, ${random.oneIn(2) ? textOf(random) : joinedOf(random)}]`;
    case 5:
      return random.pick([
        `[${textOf(random)}]`,
        `[${textOf(random)}, ${numberOf(random, 1)}, ${textOf(random)}]`,
        `[${textOf(random)}, null]`,
        `[[${textOf(random)}, 1], 2]`,
      ]);
    default:
      return textOf(random);
  }
}

function valueOf(random: Random): string {
  switch (random.below(9)) {
    case 0:
      return 'l';
    case 1:
      return textOf(random);
    case 8:
      return joinedOf(random);
    case 2:
      return random.pick(['1', '0', '-0', 'null', 'true', "'x'"]);
    case 3:
      return `[${textOf(random)}, ${numberOf(random)}]`;
    case 4:
      return `[l, [${numberOf(random)}, null]]`;
    default:
      return numberOf(random);
  }
}

export function randomProgram(random: Random): Program {
  const steps: Program['steps'][number][] = [];
  for (let i = random.below(3); i > 0; i--) {
    const isTruth = random.oneIn(5);
    steps.push({ kind: 'filter', fn: `l => ${isTruth ? textOf(random) : testOf(random)}` });
  }
  if (random.oneIn(2)) return movingProgram(random, steps);
  const end = random.pick([
    'count',
    'count',
    'collect',
    'take',
    'reduceByKey',
    'reduceByKey',
    'reduceByKey',
    'countKeys',
    'distinct',
    'sum',
    'max',
    'fold',
    'reduce',
  ] as const);
  const isNumeric = end === 'sum' || end === 'max' || end === 'fold' || end === 'reduce';
  const isKeyed = end === 'reduceByKey' || end === 'countKeys';
  if (!isNumeric && random.oneIn(6)) {
    steps.push({ kind: 'flatMap', fn: `l => l.split(${random.pick(SEPARATORS)})` });
    if (isKeyed) steps.push({ kind: 'map', fn: 'l => [l, 1]' });
  } else if (isNumeric) {
    steps.push({ kind: 'map', fn: `l => ${random.oneIn(10) ? textOf(random) : numberOf(random)}` });
  } else if (isKeyed) {
    const key = keyOf(random);
    const value = random.oneIn(3) ? '1' : random.oneIn(10) ? textOf(random) : numberOf(random);
    steps.push({ kind: 'map', fn: `l => [${key}, ${value}]` });
    if (random.oneIn(4)) steps.push({ kind: 'mapValues', fn: 'v => v + 1' });
  } else if (end === 'distinct' || random.oneIn(3)) {
    steps.push({ kind: 'map', fn: `l => ${keyOf(random)}` });
  }
  return { steps, end, merge: random.pick(MERGES), limit: random.below(8) };
}
