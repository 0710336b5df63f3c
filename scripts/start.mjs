// `npm start`: sets the checkout up and opens the shell in this very process. `npm start -- -e '…'` passes flags.
import { nodeProblem, setUp } from './setup.mjs';

const problem = nodeProblem();
if (problem !== null) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
} else {
  const status = setUp();
  if (status !== 0) process.exitCode = status;
  else await import('../dist/shell/main.js').then(({ run }) => run(process.argv.slice(2)));
}
