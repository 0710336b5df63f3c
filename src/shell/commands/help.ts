// `.help`: what can be typed.
import type { Command } from './command.js';

export const help: Command = {
  name: 'help',
  usage: '',
  summary: 'this list',
  run(_argument, { terminal, style, commands }) {
    const left = commands.map(
      (command) => `.${command.name}${command.usage === '' ? '' : ` ${command.usage}`}`,
    );
    const width = Math.max(...left.map((text) => text.length));
    const lines = commands.map(
      (command, i) => `  ${left[i]!.padEnd(width)}  ${style.dim(command.summary)}`,
    );
    terminal.line(
      [
        'Type TypeScript; sc is the SparkContext, ssc the StreamingContext. Actions are awaited by themselves.',
        "  sc.textFile('samples/airlines.csv').filter(x => !x.includes('Lufthansa')).take(5)",
        '_ is the last value, _error the last error. Ctrl-C cancels, Tab completes, Ctrl-R searches the history.',
        ...lines,
      ].join('\n'),
    );
  },
};
