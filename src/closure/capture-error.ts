// Says why a function cannot travel: the path from the user's function to the culprit, and what to do. Any thread.
import { type CallSite, ClosureError } from '../errors.js';

/** One step from a captured value to a value inside it. */
export type Step =
  /** `uses \`db\``: a variable, `this`. */
  | { readonly kind: 'uses'; readonly what: string }
  /** `whose field \`socket\``: `.socket`, `[0]`; neighbouring ones are shown as one path. */
  | { readonly kind: 'part'; readonly path: string }
  /** `whose class \`Service\``. */
  | { readonly kind: 'whose'; readonly what: string };

export type RefusalCode = 'CLOSURE-101' | 'CLOSURE-102' | 'CLOSURE-103';

/** Why a value is refused: `is an open connection`, and advice in full sentences. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly predicate: string;
  readonly advice: string;
}

/** Thrown by encoders; the writer, which knows the path, turns it into a ClosureError. */
export class RefusedValue extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.predicate);
    this.refusal = refusal;
  }
}

export function refuse(
  predicate: string,
  advice: string,
  code: RefusalCode = 'CLOSURE-101',
): never {
  throw new RefusedValue({ code, predicate, advice });
}

/** What is being sent: a function to a worker, or a value by broadcast. */
export interface Subject {
  /** The function's text on one line, or null for a value. */
  readonly text: string | null;
  readonly operation: string;
  readonly site: CallSite | null;
}

export function closureError(
  subject: Subject,
  steps: readonly Step[],
  refusal: Refusal,
): ClosureError {
  const place = subject.site === null ? '' : ` (${showSite(subject.site)})`;
  const what =
    subject.text === null
      ? `Cannot ${subject.operation} the value${place}`
      : `Cannot send \`${shorten(subject.text)}\`${place} to a worker`;
  const path = describePath(steps, refusal.predicate);
  return new ClosureError(refusal.code, `${what}: ${path}. ${refusal.advice}`, {
    details: { operation: subject.operation, site: subject.site, path: steps.map(showStep) },
  });
}

/** `it uses \`db\`, whose field \`socket\` is an open connection`. */
export function describePath(steps: readonly Step[], predicate: string): string {
  let text = 'it';
  // Whether a verb can follow directly, or needs `which` because the text ends with an object.
  let isSubject = true;
  for (const step of joinParts(steps)) {
    if (step.kind === 'uses') {
      text += `${isSubject ? '' : ', which'} uses ${quote(step.what)}`;
      isSubject = false;
      continue;
    }
    const noun = step.kind === 'part' ? partNoun(step.path) : step.what;
    text = text === 'it' ? `its ${noun}` : `${text}, whose ${noun}`;
    isSubject = true;
  }
  return `${text}${isSubject ? '' : ', which'} ${predicate}`;
}

function joinParts(steps: readonly Step[]): Step[] {
  const joined: Step[] = [];
  for (const step of steps) {
    const last = joined.at(-1);
    if (step.kind === 'part' && last?.kind === 'part') {
      joined[joined.length - 1] = { kind: 'part', path: last.path + step.path };
    } else joined.push(step);
  }
  return joined;
}

function partNoun(path: string): string {
  if (/^\.[\w$#]+$/.test(path)) return `field ${quote(path.slice(1))}`;
  if (/^\[\d+\]$/.test(path)) return `element ${path.slice(1, -1)}`;
  return `part ${quote(path.replace(/^\./, ''))}`;
}

function showStep(step: Step): string {
  return step.kind === 'part' ? step.path : step.what;
}

function showSite({ file, line }: CallSite): string {
  const folder = `${process.cwd()}/`;
  return `${file.startsWith(folder) ? file.slice(folder.length) : file}, line ${line}`;
}

const MAX_TEXT = 80;

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

function quote(text: string): string {
  return `\`${text}\``;
}

/** The step to a property, as one would write it. */
export function propertyStep(key: string | symbol): Step {
  if (typeof key === 'symbol') return { kind: 'part', path: `[${String(key)}]` };
  if (/^(0|[1-9]\d*)$/.test(key)) return { kind: 'part', path: `[${key}]` };
  const isName = /^[\p{ID_Start}$_#][\p{ID_Continue}$]*$/u.test(key);
  return { kind: 'part', path: isName ? `.${key}` : `[${JSON.stringify(key)}]` };
}
