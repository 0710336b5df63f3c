// `.time` and `.bench`: how long a cell takes, once and many times.
import { durationText } from '../print/duration-text.js';
import { type Command, usageLine } from './command.js';

const DEFAULT_RUNS = 10;

export const time: Command = {
  name: 'time',
  usage: '<cell>',
  summary: 'runs a cell and tells how long it took, compiling left out',
  async run(text, { terminal, style, session }) {
    if (text === '') {
      terminal.line(usageLine(time), 'err');
      return;
    }
    const evaluated = await session.evaluate(text, { echoes: true });
    if (evaluated !== null) terminal.line(style.dim(durationText(evaluated.durationMs)), 'err');
  },
};

export const bench: Command = {
  name: 'bench',
  usage: '[runs] <expression>',
  summary: `shortest, median and longest of several runs (${DEFAULT_RUNS})`,
  async run(argument, { terminal, session }) {
    const [, count, expression = ''] = /^(?:(\d+)\s+)?(.*)$/s.exec(argument)!;
    const runs = count === undefined ? DEFAULT_RUNS : Number(count);
    if (expression === '' || runs < 1) {
      terminal.line(usageLine(bench), 'err');
      return;
    }
    const evaluated = await session.evaluate(repeated(expression.replace(/;\s*$/, ''), runs));
    if (evaluated === null) return;
    const sorted = [...(evaluated.value as readonly number[])].sort((a, b) => a - b);
    const [min, median, max] = [sorted[0]!, medianOf(sorted), sorted.at(-1)!].map(durationText);
    terminal.line(
      `${runs} ${runs === 1 ? 'run' : 'runs'}: min ${min} · median ${median} · max ${max}`,
    );
  },
};

/** One cell that runs an expression many times: it is compiled once, and Ctrl-C ends it as any other. */
function repeated(expression: string, runs: number): string {
  return (
    `await (async () => { const timesMs: number[] = []; for (let run = 0; run < ${runs}; run++) { ` +
    `const startMs = performance.now(); await (${expression}\n); ` +
    'timesMs.push(performance.now() - startMs); } return timesMs; })()'
  );
}

function medianOf(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
