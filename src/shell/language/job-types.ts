// Recognises the types that implicit await is about: Job and whatever else can be awaited. Language service.
import ts = require('typescript');

/** The brand's property is keyed by a unique symbol: its escaped name carries the symbol's name and a number. */
const BRAND_PREFIX = '__@JOB_BRAND@';

/** Members of a Job: a call followed by one of them is about the job, not its result. */
export const JOB_MEMBERS: ReadonlySet<string> = new Set([
  'then',
  'catch',
  'finally',
  'cancel',
  'id',
]);

export class JobTypes {
  readonly #checker: ts.TypeChecker;
  readonly #known = new Map<ts.Type, boolean>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** True for `Job<…>`, a subclass of it, and a union with one of them. */
  isJob(type: ts.Type): boolean {
    const known = this.#known.get(type);
    if (known !== undefined) return known;
    const isJob = type.isUnion()
      ? type.types.some((part) => this.isJob(part))
      : hasMembers(type) && type.getProperties().some(isBrand);
    this.#known.set(type, isJob);
    return isJob;
  }

  isAny(type: ts.Type): boolean {
    return (type.flags & ts.TypeFlags.Any) !== 0;
  }

  /** True where a promise may stand: `PromiseLike`, a Job, or a union with one. `any` does not ask for one. */
  acceptsPromise(type: ts.Type | undefined): boolean {
    if (type === undefined || (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0) {
      return false;
    }
    if (type.isUnion()) return type.types.some((part) => this.acceptsPromise(part));
    return hasMembers(type) && this.#checker.getPropertyOfType(type, 'then') !== undefined;
  }

  typeOf(node: ts.Node): ts.Type | null {
    try {
      return this.#checker.getTypeAtLocation(node);
    } catch {
      // The checker throws on some half-written programs; then nothing is known.
      return null;
    }
  }

  contextualType(node: ts.Expression): ts.Type | undefined {
    try {
      return this.#checker.getContextualType(node);
    } catch {
      return undefined;
    }
  }
}

function hasMembers(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Object) !== 0 || type.isIntersection();
}

function isBrand(property: ts.Symbol): boolean {
  return (property.escapedName as string).startsWith(BRAND_PREFIX);
}
