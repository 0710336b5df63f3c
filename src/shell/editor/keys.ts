// Which key does what: the table from Node's key events to the editor's actions.

/** A key as `readline.emitKeypressEvents` reports it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
}

export type Action =
  | 'accept'
  | 'newline'
  | 'interrupt'
  | 'end-or-delete'
  | 'suspend'
  | 'clear-screen'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'word-left'
  | 'word-right'
  | 'line-start'
  | 'line-end'
  | 'delete-backward'
  | 'delete-forward'
  | 'kill-line-end'
  | 'kill-line-start'
  | 'kill-word-backward'
  | 'kill-word-forward'
  | 'yank'
  | 'transpose'
  | 'undo'
  | 'history-previous'
  | 'history-next'
  | 'history-search'
  | 'complete'
  | 'escape'
  | 'paste-start'
  | 'paste-end';

const PLAIN: Readonly<Record<string, Action>> = {
  return: 'accept',
  enter: 'accept',
  left: 'left',
  right: 'right',
  up: 'up',
  down: 'down',
  home: 'line-start',
  end: 'line-end',
  backspace: 'delete-backward',
  delete: 'delete-forward',
  pageup: 'history-previous',
  pagedown: 'history-next',
  tab: 'complete',
  escape: 'escape',
  'paste-start': 'paste-start',
  'paste-end': 'paste-end',
};

const CTRL: Readonly<Record<string, Action>> = {
  a: 'line-start',
  b: 'left',
  c: 'interrupt',
  d: 'end-or-delete',
  e: 'line-end',
  f: 'right',
  g: 'escape',
  h: 'delete-backward',
  k: 'kill-line-end',
  l: 'clear-screen',
  n: 'history-next',
  p: 'history-previous',
  r: 'history-search',
  t: 'transpose',
  u: 'kill-line-start',
  w: 'kill-word-backward',
  y: 'yank',
  z: 'suspend',
  left: 'word-left',
  right: 'word-right',
  backspace: 'kill-word-backward',
  delete: 'kill-word-forward',
};

const META: Readonly<Record<string, Action>> = {
  b: 'word-left',
  f: 'word-right',
  d: 'kill-word-forward',
  left: 'word-left',
  right: 'word-right',
  backspace: 'kill-word-backward',
  return: 'newline',
  enter: 'newline',
};

/** The action of a key, or null where it is text or means nothing. */
export function actionOf(key: Key): Action | null {
  // Ctrl-_ has no name of its own.
  if (key.sequence === '\x1f') return 'undo';
  const name = key.name ?? '';
  const table = key.ctrl === true ? CTRL : key.meta === true ? META : PLAIN;
  return Object.hasOwn(table, name) ? table[name]! : null;
}

/** The text that a key types, or null. */
export function typedText(text: string | undefined, key: Key): string | null {
  if (text === undefined || text === '' || key.ctrl === true || key.meta === true) return null;
  return /^[\x00-\x1f\x7f]/.test(text) && text !== '\t' ? null : text;
}
