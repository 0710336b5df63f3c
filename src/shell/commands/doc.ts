// `.doc method` and `rdd?`: the signature, the docstring and its example. Nothing is run.
import type { Documentation } from '../language/protocol.js';
import { docText } from '../print/doc-text.js';
import { type Command, type CommandShell, usageLine } from './command.js';

/** Classes whose methods can be asked for by their bare name, in the order they are looked through. */
const OWNERS = {
  RDD: 'RDD<any>',
  SparkContext: 'SparkContext',
  DStream: 'DStream<any>',
  StreamingContext: 'StreamingContext',
  Broadcast: 'Broadcast<any>',
  Accumulator: 'Accumulator<any>',
} as const;
type Owner = keyof typeof OWNERS;

export const doc: Command = {
  name: 'doc',
  usage: '<method or expression>',
  summary: 'its signature, what it does and an example; also: rdd?',
  async run(argument, shell) {
    const asked = argument.replace(/\(\s*\)$/, '');
    if (asked === '') {
      shell.terminal.line(usageLine(doc), 'err');
      return;
    }
    const { terminal, style } = shell;
    const found = (await ofExpression(asked, shell)) ?? (await ofMethod(asked, shell));
    if (found === null) {
      terminal.line(
        `Nothing is known of ${asked}. Try .doc reduceByKey, .doc sc.textFile or rdd.map?`,
        'err',
      );
      return;
    }
    terminal.line(found.map((each) => docText(each, style, terminal.columns)).join('\n\n'));
  },
};

/** What the names of the session say; an object without a text of its own has that of its class. */
async function ofExpression(text: string, shell: CommandShell): Promise<Documentation[] | null> {
  const own = known(await shell.documentation(text, text.length));
  if (own !== null && own.text !== '') return [own];
  const type = own === null ? await shell.typeOf(text) : null;
  if (own === null && (type === null || type === 'any')) return null;
  const declaration = own?.declaration ?? `${text}: ${type}`;
  const name = /: (\w+)(?:<.*>)?$/.exec(declaration)?.[1];
  const ofClass = name === undefined ? null : await classDoc(name, shell);
  const itself = own ?? { declaration, text: '', tags: [] };
  return ofClass === null ? [itself] : [itself, ofClass];
}

/** `map`, `RDD.map` or `RDD`, whatever the session's own names are. */
async function ofMethod(text: string, shell: CommandShell): Promise<Documentation[] | null> {
  const match = /^(?:(\w+)\.)?(\w+)$/.exec(text);
  if (match === null) return null;
  const [, owner, member] = match;
  const owners = (Object.keys(OWNERS) as Owner[]).filter(
    (name) => owner === undefined || name === owner,
  );
  for (const name of owners) {
    const probe = `(null! as import("tspark").${OWNERS[name]}).${member}`;
    const found = known(await shell.documentation(probe, probe.length));
    if (found !== null) return [found];
  }
  const ofClass = owner === undefined ? await classDoc(member!, shell) : null;
  return ofClass === null ? null : [ofClass];
}

async function classDoc(name: string, shell: CommandShell): Promise<Documentation | null> {
  if (!Object.hasOwn(OWNERS, name)) return null;
  const before = '(null! as import("tspark").';
  const probe = `${before}${OWNERS[name as Owner]})`;
  return known(await shell.documentation(probe, before.length + 1));
}

/** The compiler answers `any` for a name that it does not know. */
function known(found: Documentation | null): Documentation | null {
  return found === null || found.declaration === 'any' ? null : found;
}
