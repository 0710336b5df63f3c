// Pages of pairs, of which some are columns and some are records, for loops that take one kind each. In the worker.
import { NumberPairs } from '../blocks/number-pairs.js';
import type { Source } from './source.js';

type Page = NumberPairs | unknown[];

/** The pages as sources, each of those in a row that are of one kind. Each must be read to its end before the next. */
export function* inTurns(pages: Iterable<Page>): Generator<Source> {
  const iterator = pages[Symbol.iterator]();
  let next = iterator.next();
  while (!next.done) {
    const areColumns = next.value instanceof NumberPairs;
    yield { kind: areColumns ? 'columns' : 'pages', value: sameKind() };
    function* sameKind(): Generator<Page> {
      // A page may be valid only until the next is asked for, so none is asked for ahead.
      while (!next.done && next.value instanceof NumberPairs === areColumns) {
        yield next.value;
        next = iterator.next();
      }
    }
  }
}
