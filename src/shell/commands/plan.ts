// `.plan rdd`: its stages and operations as a tree, what is shuffled and kept, and which way each stage takes.
import { type Command, usageLine } from './command.js';

export const plan: Command = {
  name: 'plan',
  usage: '<rdd>',
  summary: 'its stages, shuffles and what is kept; nothing is run',
  async run(expression, { terminal, style, session }) {
    if (expression === '') {
      terminal.line(usageLine(plan), 'err');
      return;
    }
    const evaluated = await session.evaluate(expression);
    if (evaluated === null) return;
    // Loaded here: the prompt stands before any of the engine is there.
    const [{ RDD }, { planText }] = await Promise.all([
      import('../../rdd/rdd.js'),
      import('../print/plan-text.js'),
    ]);
    const { value } = evaluated;
    if (!(value instanceof RDD)) {
      terminal.line(`${expression} is no RDD: .plan takes the RDD, without an action.`, 'err');
      return;
    }
    const stage = await RDD.engineOf(value).backend.describe(RDD.nodeOf(value));
    if (stage === null) terminal.line('This master does not tell its stages beforehand.', 'err');
    else terminal.line(planText(stage, style, terminal.columns));
  },
};
