// `.hist rdd`: how numbers are spread, as bars; of pairs of a name and a number, a bar each.
import { bucketBars, barsText } from '../print/bars-text.js';
import { type Command, usageLine } from './command.js';

const BUCKETS = 10;
const MAX_BARS = 20;

export const hist: Command = {
  name: 'hist',
  usage: '<rdd>',
  summary: 'bars of the numbers of an RDD, or of its pairs [name, number]; runs jobs',
  async run(expression, { terminal, style, session, typeOf }) {
    if (expression === '') {
      terminal.line(usageLine(hist), 'err');
      return;
    }
    const type = (await typeOf(expression)) ?? '';
    if (type === 'RDD<number>') {
      const evaluated = await session.evaluate(`(${expression}\n).histogram(${BUCKETS})`);
      if (evaluated === null) return;
      const [bounds, counts] = evaluated.value as [number[], number[]];
      terminal.line(barsText(bucketBars(bounds, counts), style, terminal.columns));
    } else if (/^RDD<\[.*, number\]>$/.test(type)) {
      const evaluated = await session.evaluate(`(${expression}\n).take(${MAX_BARS})`);
      if (evaluated === null) return;
      const pairs = evaluated.value as readonly (readonly [unknown, number])[];
      const bars = pairs.map(([name, size]) => ({ label: String(name), size }));
      terminal.line(bars.length === 0 ? 'no pairs' : barsText(bars, style, terminal.columns));
    } else {
      terminal.line(
        `.hist takes an RDD of numbers or of pairs [name, number]; ${expression} is ${type === '' ? 'none' : type}.`,
        'err',
      );
    }
  },
};
