// Writes the loop of a chain of record-wise operations as JavaScript text: one function per stage and shape,
// with call sites of its own, so that V8 inlines the user's functions. Pure text; nothing is compiled here.

import { type RowShape, widthOf } from '../blocks/tuple-page.js';
import { MOST_LISTED } from './lists.js';
import {
  isAsyncKind,
  PASSED_AT_ONCE,
  PASSED_WITHIN_MS,
  RANGE_BLOCK,
  type SourceKind,
} from './loop.js';

/** A record-wise operation. `fn` is the index of its function, `param` of a per-task number. */
export type Step =
  | {
      readonly kind: 'map' | 'filter' | 'flatMap' | 'mapValues' | 'flatMapValues' | 'keyBy';
      readonly fn: number;
    }
  | { readonly kind: 'keys' | 'values' }
  /** `[v, base + stride * i]` for the i-th record; base and stride are params. */
  | { readonly kind: 'index'; readonly base: number; readonly stride: number }
  /** `[k, [v, w]]` for each value w that the table, a param, has for the key; `[k, [w, v]]` if the pairs are not the left ones. */
  | {
      readonly kind: 'join';
      readonly table: number;
      /** What is made instead of pairs of values: see JoinKind. */
      readonly gives: 'pairs' | 'left' | 'keys';
      readonly isLeft: boolean;
      /** Whether a pair whose key is not there stays, with null. */
      readonly keepsPassing: boolean;
      /** Whether keys that were found are marked. */
      readonly keepsBuilt: boolean;
    };

/** What happens to each record that comes out of the steps. `fn` and `create` are function indices. */
export type End =
  | { readonly kind: 'count' | 'collect' | 'take' | 'save' | 'route' | 'route-records' }
  /** One by one, or in pages. */
  | { readonly kind: 'yield' | 'yield-pages' }
  | { readonly kind: 'reduce' | 'foreach'; readonly fn: number }
  /** `isSum`: the function adds to the number that is `zero`; numbers are added in place, the rest is left to it. */
  | { readonly kind: 'aggregate'; readonly fn: number; readonly isSum?: boolean }
  /** `keepsFirst`: the first combiner of a key stays as it is, and is null for keys that may sit in columns. */
  | {
      readonly kind: 'combine';
      readonly create: number | null;
      readonly merge: number;
      readonly keepsFirst?: boolean;
    }
  | { readonly kind: 'group' }
  | { readonly kind: 'cogroup' }
  /** Into the table of a join. */
  | { readonly kind: 'build' };

export interface LoopShape {
  readonly source: SourceKind;
  /** Of tuples and objects in columns: what they have. */
  readonly row?: RowShape;
  readonly steps: readonly Step[];
  readonly end: End;
  /** Number of functions, f0 … */
  readonly functions: number;
}

/**
 * Text of `make(f0, …)`, which returns a PageLoop where records come in pages (page-loops.ts runs it) and a Run
 * where they come one by one or go that way. `rt` offers check(), failure(e, record), iterable(value, op) and
 * notAPair(record).
 */
export function loopText(shape: LoopShape): string {
  const names = Array.from({ length: shape.functions }, (_, i) => `f${i}`).join(', ');
  const end = endText(shape.end);
  const body = stepsText(shape.steps, 0, 'v0', end.each);
  const carried = [...counters(shape.steps), ...end.carried];
  const loop = comesInPages(shape)
    ? pagedText(pageText(shape, body, end.ofPair), carried, end)
    : wholeText(shape, body, carried, end);
  return `'use strict';
return function make(${names}) {
${loop}
};
//# sourceURL=tspark-stage.js`;
}

/** Whether a loop is one over the records of a page, or one over all of them. */
export function comesInPages({ source, end }: LoopShape): boolean {
  return !isGenerator(end) && source !== 'records' && source !== 'async-records';
}

function isGenerator({ kind }: End): boolean {
  return kind === 'yield' || kind === 'yield-pages';
}

/** A variable that goes from record to record, and what it is at first; whether it is a number with a fraction as a rule. */
type Carried = readonly [name: string, first: string, isFraction?: boolean];

function counters(steps: readonly Step[]): Carried[] {
  return steps.flatMap(({ kind }, i): Carried[] =>
    kind === 'index' || kind === 'join' ? [[`seq${i}`, '0']] : [],
  );
}

/** One function over all records. */
function wholeText(
  shape: LoopShape,
  body: string,
  carried: readonly Carried[],
  { prologue, epilogue, onFailure = '' }: EndText,
): string {
  const star = isGenerator(shape.end) ? '*' : '';
  const isAsync = isAsyncKind(shape.source);
  return `  return ${isAsync ? 'async ' : ''}function${star} run(source, end, rt, params) {
    let $record; ${prologue} ${carried.map(([name, first]) => `let ${name} = ${first};`).join(' ')}
    try { ${everyText(shape, body)} } catch (error) { ${onFailure} throw rt.failure(error, $record); }
    ${epilogue}
  };`;
}

/**
 * A function over the records of one page, so that V8 optimises it as a whole while the first pages run and goes on with that
 * in the next task: a loop that runs once is replaced under way and falls back at its end. What goes from page to page is
 * kept in an object.
 */
function pagedText(
  inner: string,
  carried: readonly Carried[],
  { prologue, epilogue, isDone }: EndText,
): string {
  const names = carried.map(([name]) => name);
  // A field that has been an integer would be made anew, and what was compiled for it with it.
  const fields = carried.map(
    ([name, first, isFraction]) => `${name}: ${isFraction ? 'NaN' : first}`,
  );
  const fractions = carried.filter(([, , isFraction]) => isFraction);
  return `  return {
    first(end) { const $ = { ${fields.join(', ')} }; ${fractions.map(([name, first]) => `$.${name} = ${first};`).join(' ')} return $; },
    page(page, from, to, $, end, rt, params) {
      let $record; ${prologue} ${names.map((name) => `let ${name} = $.${name};`).join(' ')}
      try { ${inner} } catch (error) { throw rt.failure(error, $record); }
      ${names.map((name) => `$.${name} = ${name};`).join(' ')} return ${isDone ?? 'false'};
    },
    last({ ${names.join(', ')} }, end, rt) { ${epilogue} },
  };`;
}

/** The loop over the records `from … to - 1` of a page, of whatever it consists; `break all` leaves it. */
function pageText({ source, row }: LoopShape, body: string, ofPair: string | undefined): string {
  const each = `$record = v0; ${body}`;
  switch (source) {
    case 'columns':
      return columnsText(ofPair!);
    case 'tuples':
      return tuplesText(row!, each, body);
    case 'lines':
      return `let n$ = 0; all: for (let at = from; at < to;) { const e$ = page.indexOf('\\n', at); const v0 = page.slice(at, e$); at = e$ + 1; n$++; ${each} }
        rt.recordsRead += n$;`;
    case 'range':
      return `const { start, step } = page; all: for (let i$ = from; i$ < to; i$++) { const v0 = start + i$ * step; ${each} }`;
    default:
      return `all: for (let i$ = from; i$ < to; i$++) { const v0 = page[i$]; ${each} }`;
  }
}

/** The loop over all records. Records are counted where a stage begins; `records` come from a loop that has counted them. */
function everyText(shape: LoopShape, body: string): string {
  const { source } = shape;
  const wait = isAsyncKind(source) ? 'await ' : '';
  if (source === 'records' || source === 'async-records') {
    const look = wait === '' ? 'if ((++n$ & 1023) === 0) rt.check();' : 'rt.check();';
    return `let n$ = 0; all: for ${wait}(const v0 of source) { ${look} $record = v0; ${body} }`;
  }
  const inner = pageText(shape, body, undefined);
  switch (source) {
    case 'lines':
      return `let page; while ((page = source.next()) !== null) { rt.check(); const from = 0, to = page.length;
        ${inner} }`;
    case 'range':
      return `const page = source; for (let from = source.from; from < source.to; from += ${RANGE_BLOCK}) {
        rt.check(); const to = Math.min(from + ${RANGE_BLOCK}, source.to); rt.recordsRead += to - from;
        ${inner} }`;
    default:
      return `for ${wait}(const page of source) { rt.check(); const from = 0, to = page.length; ${source === 'counted-pages' ? '' : 'rt.recordsRead += to;'}
        ${inner} }`;
  }
}

/** No tuple is made but for the message of an error. */
function columnsText(body: string): string {
  return `const { keys: keys$, values: values$ } = page; let i$ = from;
        try { for (; i$ < to; i$++) { const k$ = keys$[i$], x$ = values$ === null ? null : values$[i$]; ${body} } }
        catch (error) { $record = [keys$[i$], values$ === null ? null : values$[i$]]; throw error; }`;
}

/**
 * Each tuple or object is made where it is used, so that V8 leaves out those that go no further than the steps: hence the
 * text of an error's record apart, which would make them all be there.
 */
function tuplesText(row: RowShape, each: string, body: string): string {
  const names = Array.from({ length: widthOf(row) }, (_, place) => `c${place}$`);
  const values = names.map((name) => `${name}[i$]`);
  // Names reach the code as JSON texts only. `__proto__` would be no field; no page of objects has it.
  const tuple =
    typeof row === 'number'
      ? `[${values.join(', ')}]`
      : `{ ${row.map((name, i) => `${JSON.stringify(name)}: ${values[i]}`).join(', ')} }`;
  return `let i$ = from;
        all: if (Array.isArray(page)) { for (; i$ < to; i$++) { const v0 = page[i$]; ${each} } }
        else { const [${names.join(', ')}] = page.columns;
        try { for (; i$ < to; i$++) { const v0 = ${tuple}; ${body} } }
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
    case 'join':
      return joinText(step, index, v, `const ${out} = `, rest());
  }
}

/**
 * Looks the key up in the table. Pairs of values: goes around the ring of the key's, from the first to the last; a page may
 * come to many times its own pairs. What gives the left side or keys never goes around.
 */
function joinText(
  { table, gives, isLeft, keepsPassing, keepsBuilt }: Extract<Step, { kind: 'join' }>,
  index: number,
  v: string,
  out: string,
  rest: string,
): string {
  const [key, own, joined, last, at] = ['k', 'x', 'j', 'l', 'e'].map((name) => `${name}${index}`);
  const head = `${pairCheck(v)} const ${key} = ${v}[0] ?? null, ${own} = ${v}[1], ${joined} = params[${table}], ${last} = ${joined}.find(${key});`;
  const matched = `${joined}.matched[${last}]`;
  if (gives === 'keys')
    return `${head} if (${last} === 0 || ${matched} === 1) continue; ${matched} = 1; ${out}[${key}, null]; ${rest}`;
  if (gives === 'left')
    return keepsPassing
      ? `${head} if (${last} !== 0) continue; ${out}[${key}, ${own}]; ${rest}`
      : `${head} ${matched} = 1;`;
  const found = `${joined}.values[${at}]`;
  const both = isLeft ? `[${own}, ${found}]` : `[${found}, ${own}]`;
  return `${head}
      ${keepsPassing ? '' : `if (${last} === 0) continue;`} ${keepsBuilt ? `${matched} = 1;` : ''}
      let ${at} = ${last}; do { ${at} = ${joined}.next[${at}]; if ((++seq${index} & 1023) === 0) rt.check(); ${out}[${key}, ${both}]; ${rest} } while (${at} !== ${last});`;
}

function pairCheck(v: string): string {
  return `if (!Array.isArray(${v}) || ${v}.length !== 2) rt.notAPair(${v});`;
}

interface EndText {
  /** Constants of the loop. */
  readonly prologue: string;
  readonly carried: readonly Carried[];
  readonly each: (v: string) => string;
  /** What happens to the key `k$` and value `x$` of a pair. */
  readonly ofPair?: string;
  /** Whether no more records are wanted, where there is a limit. */
  readonly isDone?: string;
  readonly epilogue: string;
  /** What happens before an error of a record goes on. */
  readonly onFailure?: string;
}

function endText(end: End): EndText {
  const plain = (
    each: (v: string) => string,
    { prologue = '', carried = [], epilogue = '' }: Partial<EndText> = {},
  ): EndText => ({ prologue, carried, each, epilogue });
  switch (end.kind) {
    case 'count':
      return plain(() => 'n++;', { carried: [['n', '0']], epilogue: 'return n;' });
    case 'collect':
      return plain((v) => `end.push(${v});`);
    case 'take':
      return {
        ...plain((v) => `if (left-- > 0) end.writer.push(${v}); if (left <= 0) break all;`, {
          carried: [['left', 'end.limit']],
        }),
        isDone: 'left <= 0',
      };
    case 'save':
      return plain((v) => `end.write(${v});`);
    case 'yield':
      return plain((v) => `yield ${v};`);
    case 'yield-pages':
      return yieldedInPages();
    case 'foreach':
      return plain((v) => `f${end.fn}(${v});`);
    case 'reduce':
      return plain(
        (v) => `if (has) acc = f${end.fn}(acc, ${v}); else { has = true; acc = ${v}; }`,
        {
          carried: [
            ['has', 'false'],
            ['acc', 'undefined'],
          ],
          epilogue: 'return has ? [acc] : [];',
        },
      );
    case 'aggregate':
      if (end.isSum === true) return summed(end.fn);
      return plain((v) => `acc = f${end.fn}(acc, ${v});`, {
        carried: [['acc', 'end.zero']],
        epilogue: 'return [acc];',
      });
    case 'route':
      return plain((v) => `${pairCheck(v)} writers[partitionOf(${v}[0])].push(${v});`, {
        prologue: 'const { writers, partitionOf } = end;',
      });
    case 'route-records':
      return plain((v) => `writers[turn].push(${v}); if (++turn === writers.length) turn = 0;`, {
        prologue: 'const { writers } = end;',
        carried: [['turn', 'end.first']],
      });
    case 'combine':
      return combined(end);
    case 'group':
      return keyed(cellText('[x$]', listed('cell$.c')));
    case 'build':
      return plain((v) => `${pairCheck(v)} end.push(${v}[0], ${v}[1]);`);
    case 'cogroup':
      return keyed(cellText('end.fresh(x$)', listed('cell$.c[end.input]')));
  }
}

/** Each page grows to twice the one before while it is filled in no time; what came before a failure is given before it. */
function yieldedInPages(): EndText {
  const size = `m$ = rt.now() - t$ > ${PASSED_WITHIN_MS} ? Math.max(1, m$ >> 1) : Math.min(${PASSED_AT_ONCE}, m$ << 1);`;
  const last = 'if (p$.length > 0) yield p$;';
  return {
    prologue: '',
    carried: [
      ['p$', '[]'],
      ['m$', '1'],
      ['t$', 'rt.now()'],
    ],
    each: (v) => `if (p$.push(${v}) >= m$) { ${size} yield p$; p$ = []; t$ = rt.now(); }`,
    epilogue: last,
    onFailure: last,
  };
}

/**
 * Numbers have a sum of their own, which is a plain variable: one that may be anything would be an object for each record,
 * and asking what it is each time costs as much as adding. What is no number is left to the function, and so is adding
 * the two in the end where both are there.
 */
function summed(fn: number): EndText {
  return {
    prologue: '',
    carried: [
      ['sum', 'end.zero', true],
      ['others', 'null'],
    ],
    each: (v) =>
      `if (typeof ${v} === 'number') sum += ${v};
      else { if (others === null) { others = sum; sum = end.zero; } others = f${fn}(others, ${v}); }`,
    epilogue: `if (others === null) return [sum];
      try { return [sum === end.zero ? others : f${fn}(others, sum)]; } catch (error) { throw rt.failure(error, undefined); }`,
  };
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
    carried: [],
    each: (v) => `${pairCheck(v)} const k$ = ${v}[0], x$ = ${v}[1]; ${ofPair}`,
    ofPair,
    epilogue: '',
  };
}
