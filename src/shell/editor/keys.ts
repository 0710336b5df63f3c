// Which key does what: one table, from which keys are looked up and of which `.help keys` is made.

/** A key as `readline.emitKeypressEvents` reports it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
}

interface Binding {
  /** As people write them: `Ctrl-A`, `Alt-B`, `Shift-Tab`, `Up`. */
  readonly keys: readonly string[];
  readonly action: string;
  readonly does: string;
}

const TABLE = [
  {
    keys: ['Enter'],
    action: 'accept',
    does: 'run the cell; a new line while it is unfinished or the cursor is above its last line',
  },
  { keys: ['Alt-Enter'], action: 'newline', does: 'a new line' },
  {
    keys: ['Tab'],
    action: 'complete',
    does: 'complete; in the menu the next entry; two blanks at the start of a line',
  },
  { keys: ['Shift-Tab'], action: 'complete-back', does: 'in the menu the entry before' },
  { keys: ['Esc', 'Ctrl-G'], action: 'escape', does: 'close the menu, leave the search' },
  {
    keys: ['Ctrl-C'],
    action: 'interrupt',
    does: 'drop what is typed; cancel the cell that runs',
  },
  {
    keys: ['Ctrl-D'],
    action: 'end-or-delete',
    does: 'leave where nothing is typed, else delete the character under the cursor',
  },
  { keys: ['Ctrl-Z'], action: 'suspend', does: 'stop the program; fg in the system shell goes on' },
  { keys: ['Ctrl-L'], action: 'clear-screen', does: 'clear the screen' },
  {
    keys: ['Up'],
    action: 'up',
    does: 'the line above, then the cell before that begins with what is typed',
  },
  {
    keys: ['Down'],
    action: 'down',
    does: 'the line below, then the cell after that begins with what was typed',
  },
  { keys: ['Ctrl-P', 'PageUp'], action: 'history-previous', does: 'the cell before' },
  { keys: ['Ctrl-N', 'PageDown'], action: 'history-next', does: 'the cell after' },
  {
    keys: ['Ctrl-R'],
    action: 'search-older',
    does: 'search the history for what is typed next; again: an older one',
  },
  { keys: ['Ctrl-S'], action: 'search-newer', does: 'while searching: a newer one' },
  { keys: ['Left', 'Ctrl-B'], action: 'left', does: 'a character to the left' },
  {
    keys: ['Right', 'Ctrl-F'],
    action: 'right',
    does: 'a character to the right; in the menu: take the entry, as Enter does',
  },
  { keys: ['Alt-B', 'Ctrl-Left', 'Alt-Left'], action: 'word-left', does: 'a word to the left' },
  { keys: ['Alt-F', 'Ctrl-Right', 'Alt-Right'], action: 'word-right', does: 'a word to the right' },
  { keys: ['Ctrl-A', 'Home'], action: 'line-start', does: 'start of the line' },
  { keys: ['Ctrl-E', 'End'], action: 'line-end', does: 'end of the line' },
  { keys: ['Alt-<', 'Ctrl-Home'], action: 'cell-start', does: 'start of the cell' },
  { keys: ['Alt->', 'Ctrl-End'], action: 'cell-end', does: 'end of the cell' },
  {
    keys: ['Backspace', 'Ctrl-H'],
    action: 'delete-backward',
    does: 'delete the character before the cursor',
  },
  { keys: ['Delete'], action: 'delete-forward', does: 'delete the character under the cursor' },
  { keys: ['Ctrl-K'], action: 'kill-line-end', does: 'cut to the end of the line' },
  { keys: ['Ctrl-U'], action: 'kill-line-start', does: 'cut to the start of the line' },
  {
    keys: ['Ctrl-W', 'Alt-Backspace', 'Ctrl-Backspace'],
    action: 'kill-word-backward',
    does: 'cut the word before the cursor',
  },
  {
    keys: ['Alt-D', 'Ctrl-Delete', 'Alt-Delete'],
    action: 'kill-word-forward',
    does: 'cut the word after the cursor',
  },
  { keys: ['Ctrl-Y'], action: 'yank', does: 'put in what was cut last' },
  { keys: ['Ctrl-T'], action: 'transpose', does: 'exchange two characters' },
  { keys: ['Ctrl-_'], action: 'undo', does: 'undo' },
] as const satisfies readonly Binding[];

export type Action = (typeof TABLE)[number]['action'] | 'paste-start' | 'paste-end';

/** What `.help keys` lists. */
export const KEY_BINDINGS: readonly { readonly keys: readonly string[]; readonly does: string }[] =
  TABLE;

/** Names that Node has for keys where they are not those people write. */
const NODE_NAMES: Readonly<Record<string, string>> = { enter: 'return', esc: 'escape' };

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ...TABLE.flatMap(({ keys, action }) => keys.map((key) => [nodeName(key), action] as const)),
  ['paste-start', 'paste-start'],
  ['paste-end', 'paste-end'],
]);

/** The action of a key, or null where it is text or means nothing. */
export function actionOf(key: Key): Action | null {
  // Ctrl-_, Alt-< and Alt-> have no names of their own.
  if (key.sequence === '\x1f') return 'undo';
  // Node reports a lone Esc with and without Alt.
  if (key.name === 'escape') return 'escape';
  if (key.sequence === '\x1b<') return 'cell-start';
  if (key.sequence === '\x1b>') return 'cell-end';
  // A line feed is called `enter`.
  const name = key.name === 'enter' ? 'return' : (key.name ?? '');
  const modifier = key.ctrl === true ? 'ctrl-' : key.meta === true ? 'alt-' : '';
  const shift = name === 'tab' && key.shift === true ? 'shift-' : '';
  return ACTIONS.get(modifier + shift + name) ?? null;
}

/** The text that a key types, or null. */
export function typedText(text: string | undefined, key: Key): string | null {
  if (text === undefined || text === '' || key.ctrl === true || key.meta === true) return null;
  return /^[\x00-\x1f\x7f]/.test(text) && text !== '\t' ? null : text;
}

function nodeName(key: string): string {
  const [, modifier, name] = /^((?:Ctrl-|Alt-|Shift-)?)(.+)$/.exec(key)!;
  const plain = name!.toLowerCase();
  return modifier!.toLowerCase() + (NODE_NAMES[plain] ?? plain);
}
