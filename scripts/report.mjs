// What every check returns, and how one is printed when it is run by itself.
import { pathToFileURL } from 'node:url';

/**
 * @typedef {object} CheckResult
 * @property {string} name what was checked, in a few words
 * @property {number} passed how many rules, examples or tests hold
 * @property {number} failed how many do not
 * @property {string[]} failures what is wrong, each in one text; a rule may be broken in several places
 * @property {number} [skipped]
 * @property {string} [note] a figure worth printing
 */

/** Whether the module with this `import.meta` is the program itself. */
export function isProgram(meta) {
  return process.argv[1] !== undefined && meta.url === pathToFileURL(process.argv[1]).href;
}

/** The result of a check made of rules, given as rule → where it is broken. */
export function fromRules(name, rules, note) {
  const lists = Object.values(rules);
  const failed = lists.filter((list) => list.length > 0).length;
  return { name, passed: lists.length - failed, failed, failures: lists.flat(), note };
}

/** One line, or one line and the failures. */
export function describe(result, seconds) {
  const counts = `${result.passed} passed, ${result.failed} failed`;
  const skipped = result.skipped ? `, ${result.skipped} skipped` : '';
  const time = seconds === undefined ? '' : ` in ${seconds.toFixed(1)} s`;
  const note = result.note ? `; ${result.note}` : '';
  const head = `${result.failed === 0 ? 'ok  ' : 'FAIL'} ${result.name}: ${counts}${skipped}${time}${note}`;
  return [
    head,
    ...result.failures.map((text) => `     - ${text.replaceAll('\n', '\n       ')}`),
  ].join('\n');
}

/** Prints the result of a check that is the program itself, and sets the exit status. */
export function conclude(result) {
  process.stdout.write(`${describe(result)}\n`);
  if (result.failed > 0) process.exitCode = 1;
}
