// The language service: answers the client's requests in order, and warms the type checker up in the gaps. Everything
// that needs `typescript` happens here, so that the main thread never loads it. Knows nothing of how messages travel.
import { CellSession } from './cell-session.js';
import { complete, completionDetail } from './completions.js';
import { documentation, typeOf } from './help.js';
import { asJavaScript } from './saved-program.js';
import { ModuleCompiler } from './module-compiler.js';
import { PlacedTexts } from './placed-text.js';
import type { AnalyseOptions, LanguageOptions, ReplyMessage, RequestMessage } from './protocol.js';
import { signatureHelp } from './signatures.js';
import { Warmup } from './warmup.js';

const FIRST_MENUS: readonly string[] = [
  'sc.',
  'sc.parallelize([1]).',
  'sc.parallelize([1]).map((x) => x.',
];

export class LanguageService {
  readonly #options: LanguageOptions;
  readonly #post: (message: ReplyMessage) => void;
  readonly #session: CellSession;
  readonly #places: PlacedTexts;
  readonly #warmup: Warmup;
  #modules: ModuleCompiler | null = null;

  constructor(options: LanguageOptions, post: (message: ReplyMessage) => void) {
    this.#options = options;
    this.#post = post;
    this.#session = new CellSession(options);
    this.#places = new PlacedTexts(this.#session);
    this.#warmup = new Warmup(this.#session, () => this.#becomeWarm());
    if (options.warmUp) this.#warmup.start();
  }

  #becomeWarm(): void {
    this.#post({ kind: 'warm' });
    if (this.#options.warmUp) this.#warmMenus(FIRST_MENUS);
  }

  /** The first menu makes the checker work out the types of all members: better now than when Tab is pressed. */
  #warmMenus([text, ...others]: readonly string[]): void {
    if (text === undefined) return;
    setImmediate(() => {
      try {
        complete(this.#places, text, text.length);
      } catch {
        // Who asks for this menu is told.
      }
      this.#warmMenus(others);
    });
  }

  /** The service is used no more after the answer to `close`. */
  answer(request: RequestMessage): void {
    try {
      const result = this.#dispatch(request);
      this.#post({ kind: 'result', id: request.id, result });
    } catch (error) {
      const { message, stack } = error as Error;
      this.#post({ kind: 'failure', id: request.id, message, stack: stack ?? '' });
    }
  }

  #dispatch({ name, args }: RequestMessage): unknown {
    const [text, second] = args as [string, never];
    switch (name) {
      case 'analyse':
        return this.#analyse(text, second as AnalyseOptions, args[2] as number);
      case 'commit':
        this.#session.commit(args[0] as number, args[1] as string | null);
        return null;
      case 'rollback':
        this.#session.rollback(args[0] as number);
        return null;
      case 'compileModule':
        this.#modules ??= new ModuleCompiler(this.#options.cwd, this.#options.packageTypes);
        return this.#modules.compile(text);
      case 'savedProgram':
        this.#warmup.finish();
        return this.#session.savedProgram();
      case 'asJavaScript':
        return asJavaScript(text);
      case 'warmUp':
        this.#warmup.finish();
        return null;
      case 'close':
        this.#warmup.stop();
        this.#modules?.close();
        return null;
      default:
        this.#warmup.finish();
        return this.#help(name, text, second, args[2] as string);
    }
  }

  #analyse(text: string, options: AnalyseOptions, id: number): unknown {
    if (this.#session.wantsTypes(text, options)) this.#warmup.finish();
    return this.#session.analyse(text, options, id);
  }

  #help(name: string, text: string, position: number, item: string): unknown {
    if (name === 'typeOf') return typeOf(this.#session, text);
    if (name === 'complete') return complete(this.#places, text, position);
    if (name === 'completionDetail') return completionDetail(this.#places, text, position, item);
    if (name === 'signatureHelp') return signatureHelp(this.#places, text, position);
    return documentation(this.#places, text, position);
  }
}
