// Runs generated loops over the records of a page, page by page. Shared by all stages: what is generated for each of them is
// called, never taken in. In the worker.
import { type LoopRuntime, type PageLoop, RANGE_BLOCK, type Run, type SourceKind } from './loop.js';

type Page = { readonly length: number };
/** Runs the loop over a source of the kind. */
export function inPages(loop: PageLoop, kind: SourceKind): Run {
  switch (kind) {
    case 'lines':
      return (source, end, rt, params) => overLines(loop, source as Lines, end, rt, params);
    case 'range':
      return (source, end, rt, params) => overRange(loop, source as Range, end, rt, params);
    case 'async-pages':
      return (source, end, rt, params) =>
        overLatePages(loop, source as AsyncIterable<Page>, end, rt, params);
    default:
      return (source, end, rt, params) =>
        overPages(loop, source as Iterable<Page>, end, rt, params);
  }
}

interface Lines {
  next(): string | null;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function overPages(
  loop: PageLoop,
  source: Iterable<Page>,
  end: unknown,
  rt: LoopRuntime,
  params: readonly number[],
): unknown {
  const carried = loop.first(end);
  try {
    for (const page of source) {
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

async function overLatePages(
  loop: PageLoop,
  source: AsyncIterable<Page>,
  end: unknown,
  rt: LoopRuntime,
  params: readonly number[],
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

/** The loop counts the lines. */
function overLines(
  loop: PageLoop,
  source: Lines,
  end: unknown,
  rt: LoopRuntime,
  params: readonly number[],
): unknown {
  const carried = loop.first(end);
  try {
    for (let chunk = source.next(); chunk !== null; chunk = source.next()) {
      rt.check();
      if (loop.page(chunk, 0, chunk.length, carried, end, rt, params)) break;
    }
  } catch (error) {
    throw rt.failure(error, undefined);
  }
  return loop.last(carried, end, rt);
}

function overRange(
  loop: PageLoop,
  source: Range,
  end: unknown,
  rt: LoopRuntime,
  params: readonly number[],
): unknown {
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
