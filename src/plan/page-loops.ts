// Runs generated loops over the records of a page, page by page. Shared by all stages: what is generated for each of them is
// called, never taken in. In the worker.
import { type PageLoop, RANGE_BLOCK, type Run, type SourceKind } from './loop.js';

type Page = { readonly length: number };

/** Runs the loop over a source of the kind. */
export function inPages(loop: PageLoop, kind: SourceKind): Run {
  switch (kind) {
    case 'lines':
      // The loop counts them.
      return (source, ...rest) => overPages(loop, chunksOf(source as Lines), false, ...rest);
    case 'range':
      return (source, ...rest) => overRange(loop, source as Range, ...rest);
    case 'async-pages':
      return (source, ...rest) => overLatePages(loop, source as AsyncIterable<Page>, ...rest);
    default:
      return (source, ...rest) =>
        overPages(loop, source as Iterable<Page>, kind !== 'counted-pages', ...rest);
  }
}

type Rest = Parameters<Run> extends [unknown, ...infer Others] ? Others : never;

interface Lines {
  next(): string | null;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function* chunksOf(source: Lines): Generator<string> {
  for (let chunk = source.next(); chunk !== null; chunk = source.next()) yield chunk;
}

function overPages(
  loop: PageLoop,
  source: Iterable<Page>,
  areCounted: boolean,
  ...[end, rt, params]: Rest
): unknown {
  const carried = loop.first(end);
  try {
    for (const page of source) {
      const { length } = page;
      rt.check();
      if (areCounted) rt.recordsRead += length;
      if (loop.page(page, 0, length, carried, end, rt, params)) break;
    }
  } catch (error) {
    throw rt.failure(error, undefined);
  }
  return loop.last(carried, end, rt);
}

async function overLatePages(
  loop: PageLoop,
  source: AsyncIterable<Page>,
  ...[end, rt, params]: Rest
): Promise<unknown> {
  const carried = loop.first(end);
  try {
    for await (const page of source) {
      const { length } = page;
      rt.check();
      rt.recordsRead += length;
      if (loop.page(page, 0, length, carried, end, rt, params)) break;
    }
  } catch (error) {
    throw rt.failure(error, undefined);
  }
  return loop.last(carried, end, rt);
}

function overRange(loop: PageLoop, source: Range, ...[end, rt, params]: Rest): unknown {
  const carried = loop.first(end);
  const { to } = source;
  for (let at = source.from; at < to; at += RANGE_BLOCK) {
    const next = Math.min(at + RANGE_BLOCK, to);
    rt.check();
    rt.recordsRead += next - at;
    if (loop.page(source, at, next, carried, end, rt, params)) break;
  }
  return loop.last(carried, end, rt);
}
