// `.type`: what the type checker makes of an expression; nothing is run.
import { type Command, usageLine } from './command.js';

export const type: Command = {
  name: 'type',
  usage: '<expression>',
  summary: 'the type of an expression; nothing is run',
  async run(expression, { terminal, style, typeOf }) {
    if (expression === '') {
      terminal.line(usageLine(type), 'err');
      return;
    }
    const text = await typeOf(expression);
    if (text === null)
      terminal.line(
        style.red(`${expression} has no type: it is no expression that can be checked.`),
        'err',
      );
    else terminal.line(style.cyan(text));
  },
};
