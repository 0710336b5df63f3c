// `.help`: what can be typed.
import { KEY_BINDINGS } from '../editor/keys.js';
import type { Style } from '../style.js';
import { wrapWords } from '../text-width.js';
import type { Command } from './command.js';

/** Every key of the prompt, from the table that the editor reads them by. */
function keysText(style: Style, columns: number): string {
  const names = KEY_BINDINGS.map(({ keys }) => keys.join(', '));
  const width = Math.max(...names.map((name) => name.length));
  const lines = KEY_BINDINGS.map(({ does }, i) => {
    const [first, ...rest] = wrapWords(does, Math.max(columns - width - 4, 20)).split('\n');
    const indented = rest.map((row) => ' '.repeat(width + 4) + style.dim(row));
    return [`  ${names[i]!.padEnd(width)}  ${style.dim(first!)}`, ...indented].join('\n');
  });
  return lines.join('\n');
}

export const help: Command = {
  name: 'help',
  usage: '[keys]',
  summary: 'this list, or what each key does',
  words: () => ['keys'],
  run(argument, { terminal, style, commands }) {
    if (argument === 'keys') {
      terminal.line(keysText(style, terminal.columns));
      return;
    }
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
        '_ is the last value, _error the last error. Ctrl-C cancels, Tab completes; .help keys lists the keys.',
        ...lines,
      ].join('\n'),
    );
  },
};
