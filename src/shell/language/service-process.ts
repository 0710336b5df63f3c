// The language service in a process of its own, which starts from a snapshot of this module's heap: the compiler is
// loaded and the declarations of the language, of Node and of tspark are parsed before the process begins.
import { fileURLToPath } from 'node:url';
import type { LanguageOptions, ReplyMessage, RequestMessage } from './protocol.js';
import { LanguageService } from './service.js';

type Message = { readonly kind: 'options'; readonly options: LanguageOptions } | RequestMessage;

const TYPED = { types: 'error', name: 'cell-2.ts' };

/** What a session asks for first. */
const REHEARSED: readonly (readonly [RequestMessage['name'], readonly unknown[]])[] = [
  ['analyse', ['1 + 1', { types: 'error', name: 'cell-1.ts' }, 1]],
  ['commit', [1, '_']],
  ['warmUp', []],
  ['analyse', ["const lines = sc.textFile('x').filter(l => l.length > 1)", TYPED, 2]],
  ['commit', [2, null]],
  ['complete', ['lines.', 6]],
  ['completionDetail', ['lines.', 6, 'filter']],
  ['complete', ['lines.take(5).', 14]],
  ['complete', ['lines.map(x => x.', 17]],
  ['signatureHelp', ['lines.filter(', 13]],
  ['typeOf', ['lines.count()']],
];

/** Before the snapshot is taken: goes once through what a session needs. What was parsed stays; the session does not. */
export function rehearse(): void {
  const replies: ReplyMessage[] = [];
  const service = new LanguageService(
    {
      // No folder of a session: texts of virtual files are found again by path and version.
      cwd: '/tspark-rehearsal',
      packageTypes: fileURLToPath(new URL('../../index.d.ts', import.meta.url)),
      preloaded: {
        _: 'any',
        sc: 'import("tspark").SparkContext',
        ssc: 'import("tspark").StreamingContext',
      },
      globalNames: [],
      warmUp: false,
    },
    (reply) => replies.push(reply),
  );
  REHEARSED.forEach(([name, args], id) => {
    service.answer({ kind: 'request', id, name, args });
  });
  const failed = replies.find(({ kind }) => kind === 'failure');
  if (failed !== undefined) throw new Error(JSON.stringify(failed));
}

/** The process itself: talks to the shell over the channel that it was started with, and ends with it. */
export function serve(): void {
  // The terminal sends Ctrl-C to every process of the shell; it is the shell that answers it.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  const post = (message: ReplyMessage) => process.send!(message);
  let service: LanguageService | null = null;
  process.on('message', (message: Message) => {
    if (message.kind === 'options') service = new LanguageService(message.options, post);
    else service?.answer(message);
  });
}
