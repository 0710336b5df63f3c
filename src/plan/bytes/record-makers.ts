// Loops that make records from columns, one function for each shape of record. Runs in workers.
import type { Arena } from '../../kernels/arena.js';
import type { LineColumns } from './line-columns.js';
import type { Meaning, NumberMeaning, TextInLine } from './meaning.js';
import { asNumberMeaning, isTextMeaning, meaningKey } from './meaning-kinds.js';

type Leaf = TextInLine | NumberMeaning;

type Make = (
  columns: {
    readonly arena: Arena;
    /** All text of the chunk where it is ASCII, and the address of its first character. */
    readonly text: string;
    readonly from: number;
    /** Indices of the leaves' columns: starts and ends of a text, a number's column twice. */
    readonly starts: readonly number[];
    readonly ends: readonly number[];
  },
  rows: number | null,
  n: number,
) => unknown[];

interface Maker {
  readonly leaves: readonly Leaf[];
  readonly ofAscii: Make;
  readonly ofWide: Make;
}

const MAX_KEPT = 256;

/** Keeps makers warm by shape. One for each worker. */
export class RecordMakers {
  readonly #kept = new Map<string, Maker>();

  /** Records of the chunk's lines: of `n` rows at the address `rows`, or of all `n` lines. */
  make(chunk: LineColumns, record: Meaning, rows: number | null, n: number): unknown[] {
    const { leaves, ofAscii, ofWide } = this.#maker(record);
    const starts: number[] = [];
    const ends: number[] = [];
    for (const leaf of leaves) {
      if (isTextMeaning(leaf)) {
        const column = chunk.text(leaf);
        starts.push(column.starts / 4);
        ends.push(column.ends / 4);
      } else {
        starts.push(chunk.number(leaf) / 8);
        ends.push(0);
      }
    }
    const { arena, from } = chunk;
    const text = chunk.isAscii ? chunk.chunk.toString('latin1') : '';
    const make = chunk.isAscii ? ofAscii : ofWide;
    return make({ arena, text, from, starts, ends }, rows === null ? null : rows / 4, n);
  }

  #maker(record: Meaning): Maker {
    const key = meaningKey(record);
    let maker = this.#kept.get(key);
    if (maker === undefined) {
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      maker = compileMaker(record);
      this.#kept.set(key, maker);
    }
    return maker;
  }
}

function compileMaker(record: Meaning): Maker {
  const leaves: Leaf[] = [];
  const value = valueText(record, leaves);
  const locals = leaves.map((_, i) => `const s${i} = starts[${i}], e${i} = ends[${i}];`).join(' ');
  const compile = (slice: string): Make =>
    new Function(
      'columns',
      'rows',
      'n',
      `const { arena: { u32, f64, bytes }, text, from, starts, ends } = columns; ${locals}
      const slice = (a, b) => a === 0xffffffff ? undefined : ${slice};
      const records = new Array(n);
      for (let j = 0; j < n; j++) {
        const i = rows === null ? j : u32[rows + j];
        records[j] = ${value};
      }
      return records;`,
    ) as Make;
  return {
    leaves,
    ofAscii: compile('text.slice(a - from, b - from)'),
    ofWide: compile('bytes.utf8Slice(a, b)'),
  };
}

/** A record as JavaScript. Only literals as JSON and numbers of columns reach the text. */
function valueText(meaning: Meaning, leaves: Leaf[]): string {
  if (meaning.kind === 'joined') {
    const parts = meaning.parts.map((part) =>
      typeof part === 'string' ? JSON.stringify(part) : valueText(part, leaves),
    );
    return `(${['""', ...parts].join(' + ')})`;
  }
  if (meaning.kind === 'replaced') {
    const { of, from, to } = meaning;
    return `${valueText(of, leaves)}.replaceAll(${JSON.stringify(from)}, ${JSON.stringify(to)})`;
  }
  if (isTextMeaning(meaning)) {
    const leaf = leaves.push(meaning) - 1;
    return `slice(u32[s${leaf} + i], u32[e${leaf} + i])`;
  }
  if (meaning.kind === 'value') return JSON.stringify(meaning.value);
  if (meaning.kind === 'tuple') {
    return `[${meaning.items.map((item) => valueText(item, leaves)).join(', ')}]`;
  }
  const number = asNumberMeaning(meaning);
  if (number === null) throw new TypeError(`no record is made of ${meaning.kind}`);
  return `f64[s${leaves.push(number) - 1} + i]`;
}
