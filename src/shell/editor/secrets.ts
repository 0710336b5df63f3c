// Which cells are not written to the history file because they hold a secret. Errs on the side of leaving out: such a
// cell can still be recalled in the session it was typed in. Pure.

const NAME =
  '(?:pass(?:word|wd|phrase)?|pwd|secrets?|tokens?|api[_-]?keys?|(?:access|private|secret|signing|account)[_-]?keys?|' +
  'credentials?|auth(?:orization)?|bearer|sas)';

/** The word ends a name: `dbPassword`, `API_KEY`, `x-auth-token`, but not `tokenizer`. */
const NAMED = `(?:\\b|[a-z0-9_$-])${NAME}(?![a-z])`;

const RULES: readonly RegExp[] = [
  // `password = '…'`, `{ token: "…" }`, `['api-key', '…']`, `.set('secret', '…')`, `setPassword('…')`
  new RegExp(
    `${NAMED}[\\w$.-]*['"\`\\]]*(?:\\s*:\\s*string)?\\s*(?:[:,]|=>?|={2,3}|\\+=|\\?\\?=|\\()\\s*['"\`][^'"\`]`,
    'i',
  ),
  // `.set tspark.password x`, and settings in text: `password=x`
  new RegExp(`^\\s*\\.\\w+\\s.*${NAMED}[\\w.-]*(?:\\s+|=)\\S`, 'i'),
  new RegExp(`['"\`;&?\\s]${NAMED}=[^\\s'"\`=&;]`, 'i'),
  // `https://user:password@host`
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/'"`@:]*:[^\s/'"`@]+@/i,
  // `Bearer …`, and the forms in which well-known services hand their keys out
  /\b(?:bearer|basic)\s+[\w+/=.-]{8,}/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\b(?:gh[opsur]_|github_pat_|glpat-|sk-|sk_live_|rk_live_|xox[abposr]-|npm_|AIza)[\w-]{16,}/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+/,
];

export function holdsSecret(cell: string): boolean {
  return RULES.some((rule) => rule.test(cell));
}
