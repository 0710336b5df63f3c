// Columns → rows: tuples and plain objects. Runs on every thread, inside the loops of stages.

/** `count` arrays, the i-th of the i-th value of every column. */
export function assembleTuples(columns: readonly unknown[][], count: number): unknown[] {
  const rows = new Array<unknown>(count);
  switch (columns.length) {
    case 1: {
      const a = columns[0]!;
      for (let i = 0; i < count; i++) rows[i] = [a[i]];
      return rows;
    }
    case 2: {
      const a = columns[0]!;
      const b = columns[1]!;
      for (let i = 0; i < count; i++) rows[i] = [a[i], b[i]];
      return rows;
    }
    case 3: {
      const a = columns[0]!;
      const b = columns[1]!;
      const c = columns[2]!;
      for (let i = 0; i < count; i++) rows[i] = [a[i], b[i], c[i]];
      return rows;
    }
    default:
      for (let i = 0; i < count; i++) {
        const row: unknown[] = [];
        for (let place = 0; place < columns.length; place++) row.push(columns[place]![i]);
        rows[i] = row;
      }
      return rows;
  }
}

type RowMaker = (columns: readonly unknown[][], count: number) => unknown[];

/** Makers of the shapes seen lately, by their names: a thread meets few, and each takes microseconds to compile. */
class RowMakers {
  static readonly #MOST = 256;
  readonly #byNames = new Map<string, RowMaker>();

  of(names: readonly string[]): RowMaker {
    const key = JSON.stringify(names);
    const known = this.#byNames.get(key);
    if (known !== undefined) return known;
    if (this.#byNames.size >= RowMakers.#MOST) this.#byNames.clear();
    const maker = compileRowMaker(names);
    this.#byNames.set(key, maker);
    return maker;
  }
}

const rowMakers = new RowMakers();

/** `count` plain objects with these fields, in this order. */
export function assembleObjects(
  names: readonly string[],
  columns: readonly unknown[][],
  count: number,
): unknown[] {
  return rowMakers.of(names)(columns, count);
}

// An object literal in generated code is several times faster than adding fields by name. Names reach the
// code as JSON texts only. `__proto__` would not be a field there; the encoder does not send it.
function compileRowMaker(names: readonly string[]): RowMaker {
  const locals = names.map((_, i) => `const c${i} = columns[${i}];`).join(' ');
  const fields = names.map((name, i) => `${JSON.stringify(name)}: c${i}[i]`).join(', ');
  const body = `${locals} const rows = new Array(count);
    for (let i = 0; i < count; i++) rows[i] = { ${fields} };
    return rows;`;
  return new Function('columns', 'count', body) as RowMaker;
}
