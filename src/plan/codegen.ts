// Writes the loop of a chain of record-wise operations as JavaScript text: one function per stage and shape,
// with call sites of its own, so that V8 inlines the user's functions. Pure text; nothing is compiled here.

import { MOST_LISTED } from './lists.js';

/** A record-wise operation. `fn` is the index of its function, `param` of a per-task number. */
export type Step =
  | {
      readonly kind: 'map' | 'filter' | 'flatMap' | 'mapValues' | 'flatMapValues' | 'keyBy';
      readonly fn: number;
    }
  | { readonly kind: 'keys' | 'values' }
  /** `[v, base + stride * i]` for the i-th record; base and stride are params. */
  | { readonly kind: 'index'; readonly base: number; readonly stride: number };

/**
 * How records come in: arrays of records, tuples as columns with arrays of records between them, chunks of whole lines,
 * a range of numbers, one by one, or as columns of pairs, which only an end that merges by key takes, without a step
 * before it.
 */
export type SourceKind =
  | 'pages'
  | 'tuples'
  | 'lines'
  | 'range'
  | 'records'
  | 'columns'
  | 'async-records'
  | 'async-pages';

/** What happens to each record that comes out of the steps. `fn` and `create` are function indices. */
export type End =
  | { readonly kind: 'count' | 'collect' | 'take' | 'save' | 'yield' | 'route' | 'route-records' }
  | { readonly kind: 'reduce' | 'foreach'; readonly fn: number }
  /** `isSum`: the function adds numbers, which is done in place; anything else is left to it. */
  | { readonly kind: 'aggregate'; readonly fn: number; readonly isSum?: boolean }
  /** `keepsFirst`: the first combiner of a key stays as it is, and is null for keys that may sit in columns. */
  | {
      readonly kind: 'combine';
      readonly create: number | null;
      readonly merge: number;
      readonly keepsFirst?: boolean;
    }
  | { readonly kind: 'group' }
  | { readonly kind: 'cogroup' };

export interface LoopShape {
  readonly source: SourceKind;
  /** Of tuples: how many places they have. */
  readonly places?: number;
  readonly steps: readonly Step[];
  readonly end: End;
  /** Number of functions, f0 … */
  readonly functions: number;
}

/** Whether records come later. */
export function isAsyncKind(kind: SourceKind): boolean {
  return kind === 'async-records' || kind === 'async-pages';
}

/** How many numbers of a range are done between two looks at the cancel flag and at memory. */
const RANGE_BLOCK = 2048;

/**
 * Text of `make(f0, …)`, which returns `run(source, end, rt, params)`.
 * `rt` offers check(), failure(e, record), iterable(value, op) and notAPair(record).
 */
export function loopText(shape: LoopShape): string {
  const { prologue, each, ofPair, epilogue } = endText(shape.end);
  const names = Array.from({ length: shape.functions }, (_, i) => `f${i}`).join(', ');
  const isAsync = isAsyncKind(shape.source);
  const star = shape.end.kind === 'yield' ? '*' : '';
  const counters = shape.steps
    .map((step, i) => (step.kind === 'index' ? `let seq${i} = 0;` : ''))
    .join('');
  return `'use strict';
return function make(${names}) {
  return ${isAsync ? 'async ' : ''}function${star} run(source, end, rt, params) {
    let $record; ${counters} ${prologue}
    try {
      ${sourceText(shape, stepsText(shape.steps, 0, 'v0', each), ofPair)}
    } catch (error) { throw rt.failure(error, $record); }
    ${epilogue}
  };
};
//# sourceURL=tspark-stage.js`;
}

/** Records are counted where a stage begins; `records` come from a loop that has counted them. */
function sourceText(
  { source, places }: LoopShape,
  body: string,
  ofPair: string | undefined,
): string {
  const each = `$record = v0; ${body}`;
  switch (source) {
    case 'columns':
      return columnsText(ofPair!);
    case 'tuples':
      return tuplesText(places!, each, body);
    case 'pages':
    case 'async-pages':
      return `all: for ${source === 'pages' ? '' : 'await '}(const page of source) { rt.check(); rt.recordsRead += page.length;
        for (let i$ = 0; i$ < page.length; i$++) { const v0 = page[i$]; ${each} } }`;
    case 'lines':
      return `let chunk, n$ = 0; all: while ((chunk = source.next()) !== null) { rt.check(); rt.recordsRead += n$; n$ = 0; let at = 0;
        while (at < chunk.length) { const e$ = chunk.indexOf('\\n', at); const v0 = chunk.slice(at, e$); at = e$ + 1; n$++; ${each} } }
      rt.recordsRead += n$;`;
    case 'range':
      return `const { from, to, start, step } = source;
      all: for (let b$ = from; b$ < to; b$ += ${RANGE_BLOCK}) { rt.check(); const m$ = Math.min(b$ + ${RANGE_BLOCK}, to); rt.recordsRead += m$ - b$;
        for (let j$ = b$; j$ < m$; j$++) { const v0 = start + j$ * step; ${each} } }`;
    case 'records':
      return `let n$ = 0; all: for (const v0 of source) { if ((++n$ & 1023) === 0) rt.check(); ${each} }`;
    case 'async-records':
      return `all: for await (const v0 of source) { rt.check(); ${each} }`;
  }
}

/** No tuple is made but for the message of an error. */
function columnsText(body: string): string {
  return `for (const { keys: keys$, values: values$ } of source) { rt.check(); const m$ = keys$.length; rt.recordsRead += m$; let i$ = 0;
        try { for (; i$ < m$; i$++) { const k$ = keys$[i$], x$ = values$ === null ? null : values$[i$]; ${body} } }
        catch (error) { $record = [keys$[i$], values$ === null ? null : values$[i$]]; throw error; } }`;
}

/**
 * Each tuple is made where it is used, so that V8 leaves out those that go no further than the steps: hence the text of
 * an error's record apart, which would make them all be there.
 */
function tuplesText(places: number, each: string, body: string): string {
  const names = Array.from({ length: places }, (_, place) => `c${place}$`);
  const tuple = `[${names.map((name) => `${name}[i$]`).join(', ')}]`;
  return `all: for (const page of source) { rt.check(); const m$ = page.length; rt.recordsRead += m$;
        if (Array.isArray(page)) { for (let i$ = 0; i$ < m$; i$++) { const v0 = page[i$]; ${each} } continue; }
        const [${names.join(', ')}] = page.columns; let i$ = 0;
        try { for (; i$ < m$; i$++) { const v0 = ${tuple}; ${body} } }
        catch (error) { $record = ${tuple}; throw error; } }`;
}

function stepsText(
  steps: readonly Step[],
  index: number,
  v: string,
  each: (v: string) => string,
): string {
  const step = steps[index];
  if (step === undefined) return each(v);
  const out = `v${index + 1}`;
  const rest = (): string => stepsText(steps, index + 1, out, each);
  switch (step.kind) {
    case 'map':
      return `const ${out} = f${step.fn}(${v}); ${rest()}`;
    case 'filter':
      return `if (!f${step.fn}(${v})) continue; const ${out} = ${v}; ${rest()}`;
    case 'flatMap':
      return `for (const ${out} of rt.iterable(f${step.fn}(${v}), 'flatMap')) { ${rest()} }`;
    case 'mapValues':
      return `${pairCheck(v)} const ${out} = [${v}[0], f${step.fn}(${v}[1])]; ${rest()}`;
    case 'flatMapValues':
      return `${pairCheck(v)} for (const x${index} of rt.iterable(f${step.fn}(${v}[1]), 'flatMapValues')) { const ${out} = [${v}[0], x${index}]; ${rest()} }`;
    case 'keyBy':
      return `const ${out} = [f${step.fn}(${v}), ${v}]; ${rest()}`;
    case 'keys':
      return `const ${out} = rt.element(${v}, 0, 'keys'); ${rest()}`;
    case 'values':
      return `const ${out} = rt.element(${v}, 1, 'values'); ${rest()}`;
    case 'index':
      return `const ${out} = [${v}, params[${step.base}] + params[${step.stride}] * seq${index}++]; ${rest()}`;
  }
}

function pairCheck(v: string): string {
  return `if (!Array.isArray(${v}) || ${v}.length !== 2) rt.notAPair(${v});`;
}

interface EndText {
  readonly prologue: string;
  readonly each: (v: string) => string;
  /** What happens to the key `k$` and value `x$` of a pair. */
  readonly ofPair?: string;
  readonly epilogue: string;
}

function endText(end: End): EndText {
  const plain = (prologue: string, each: (v: string) => string, epilogue = ''): EndText => ({
    prologue,
    each,
    epilogue,
  });
  switch (end.kind) {
    case 'count':
      return plain('let n = 0;', () => 'n++;', 'return n;');
    case 'collect':
      return plain('', (v) => `end.push(${v});`);
    case 'take':
      return plain(
        'let left = end.limit; if (left <= 0) return;',
        (v) => `end.writer.push(${v}); if (--left === 0) break all;`,
      );
    case 'save':
      return plain('', (v) => `end.write(${v});`);
    case 'yield':
      return plain('', (v) => `yield ${v};`);
    case 'foreach':
      return plain('', (v) => `f${end.fn}(${v});`);
    case 'reduce':
      return plain(
        'let has = false, acc;',
        (v) => `if (has) acc = f${end.fn}(acc, ${v}); else { has = true; acc = ${v}; }`,
        'return has ? [acc] : [];',
      );
    case 'aggregate':
      return plain(
        'let acc = end.zero;',
        (v) => `${end.isSum === true ? sumText(v) : ''} acc = f${end.fn}(acc, ${v});`,
        'return [acc];',
      );
    case 'route':
      return plain(
        'const { writers, partitionOf } = end;',
        (v) => `${pairCheck(v)} writers[partitionOf(${v}[0])].push(${v});`,
      );
    case 'route-records':
      return plain(
        'const { writers } = end; let turn = end.first;',
        (v) => `writers[turn].push(${v}); if (++turn === writers.length) turn = 0;`,
      );
    case 'combine':
      return combined(end);
    case 'group':
      return keyed(cellText('[x$]', listed('cell$.c')));
    case 'cogroup':
      return keyed(cellText('end.fresh(x$)', listed('cell$.c[end.input]')));
  }
}

function sumText(v: string): string {
  return `if (typeof acc === 'number' && typeof ${v} === 'number') acc += ${v}; else`;
}

/** A list that is full moves to a file with its table, or fails the task. */
function listed(list: string): string {
  return `if (${list}.push(x$) >= ${MOST_LISTED}) end.tooLong(cell$);`;
}

/** Numbers in columns as long as there is nothing else, then cells. */
function combined({ create, merge, keepsFirst }: Extract<End, { kind: 'combine' }>): EndText {
  const created = create === null ? 'x$' : `f${create}(x$)`;
  const added = 'if (numbers.size === numbers.mark) end.crowded();';
  const inColumns =
    keepsFirst === true
      ? `if (typeof k$ === 'number' && x$ === null && numbers.isOpen) {
        const n$ = numbers.size; if (numbers.slotOf(k$) === n$) { ${added} } }`
      : `if (typeof k$ === 'number' && numbers.isOpen) {
        const n$ = numbers.size, s$ = numbers.slotOf(k$);
        if (s$ === n$) { const c$ = ${created}; if (typeof c$ === 'number') { numbers.values[s$] = c$; ${added} } else end.leaveNumbers(s$, c$); }
        else { const c$ = f${merge}(numbers.values[s$], x$); if (typeof c$ === 'number') numbers.values[s$] = c$; else end.leaveNumbers(s$, c$); } }`;
  const inCells = cellText(created, `cell$.c = f${merge}(cell$.c, x$);`);
  return keyed(`${inColumns} else { if (numbers.isOpen) end.closeNumbers(); ${inCells} }`);
}

/** One table look-up per record: the cell is updated in place. */
function cellText(create: string, merge: string): string {
  return `const cell$ = typeof k$ === 'string' || typeof k$ === 'number' ? table.get(k$) : end.find(k$);
      if (cell$ === undefined) end.add(k$, ${create}); else { ${merge} }`;
}

function keyed(ofPair: string): EndText {
  return {
    prologue: 'const table = end.primitive, numbers = end.numbers;',
    each: (v) => `${pairCheck(v)} const k$ = ${v}[0], x$ = ${v}[1]; ${ofPair}`,
    ofPair,
    epilogue: '',
  };
}
