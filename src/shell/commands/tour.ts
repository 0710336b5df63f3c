// `.tour`: begins the tour, and moves in it.
import { STEPS } from '../tour.js';
import { type Command, usageLine } from './command.js';

export const tour: Command = {
  name: 'tour',
  usage: '[next|back|stop]',
  summary: `a tour of ${STEPS.length} steps to type along with`,
  run(argument, shell) {
    const { terminal, tour: state } = shell;
    if (argument === 'next') state.next(shell);
    else if (argument === 'back') state.back(shell);
    else if (argument === 'stop') {
      state.stop();
      terminal.line('The tour is over; .tour begins it again.', 'err');
    } else if (argument === '') state.go(0, shell);
    else terminal.line(usageLine(tour), 'err');
  },
};
