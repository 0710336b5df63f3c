// `.streams`: the outputs and sources that run, how their batches went, and a way to close one.
import { streamsLines } from '../print/streams-text.js';
import { type Command, usageLine } from './command.js';

export const streams: Command = {
  name: 'streams',
  usage: '[close ID]',
  summary: 'what runs in the background, with rates, delays and errors; close ID ends one',
  run(argument, { terminal, streams: view, closeStream }) {
    const [verb = '', id = '', ...rest] = argument.trim().split(/\s+/);
    if (verb === '') {
      for (const line of streamsLines(view(), terminal.columns)) terminal.line(line);
      return;
    }
    if (verb !== 'close' || id === '' || rest.length > 0) {
      terminal.line(usageLine(streams));
      return;
    }
    const closed = closeStream(id);
    terminal.line(
      closed === null
        ? `there is no output or source ${id}; .streams lists them, such as 0 or s1`
        : `${closed} ends with the batch under way`,
    );
  },
};
