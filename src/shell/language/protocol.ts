// What the main thread and the language service say to each other: plain data only.
// Both sides import these types; nothing here loads `typescript`.

/** How the language service is set up. Everything is plain data: it is posted as `workerData`. */
export interface LanguageOptions {
  /** The folder that a cell's imports resolve against. */
  readonly cwd: string;
  /** The declarations of `tspark` itself (`dist/index.d.ts`). */
  readonly packageTypes: string;
  /** Names that exist before the first cell, each with the text of its type. */
  readonly preloaded: Readonly<Record<string, string>>;
  /** Names of the realm's globals: a cell that declares one of them gets another name for it underneath. */
  readonly globalNames: readonly string[];
  /** Start the type checker as soon as the thread is idle. Without it, the first request that needs types does. */
  readonly warmUp: boolean;
}

/** `error`: a cell with a type error is refused. `warn`: it is compiled all the same. `off`: types are not looked at. */
export type TypesMode = 'error' | 'warn' | 'off';

export interface AnalyseOptions {
  readonly types: TypesMode;
  /** Name of the program in stacks (`//# sourceURL`), such as `cell-3.ts`. */
  readonly name: string;
  /** Absolute path of the script, where the text comes from a file: its folder is what imports resolve against. */
  readonly file?: string;
  /** Wait for the type checker instead of compiling without types while it warms up. */
  readonly waitForTypes?: boolean;
  /** The text is meant as one whole expression; anything else is `incomplete`. */
  readonly isExpression?: boolean;
}

/** A message about the user's text. Lines and columns count from 1. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** In characters, at least 1, never beyond the end of the line. */
  readonly length: number;
  /** `TS2339` for the compiler's own, `TSPARK-…` for ours. */
  readonly code: string;
  /** The name that was probably meant, or null. */
  readonly suggestion: string | null;
}

export type Analysis =
  | { readonly state: 'incomplete' }
  | { readonly state: 'error'; readonly diagnostics: readonly Diagnostic[] }
  | CompiledCell;

export interface CompiledCell {
  readonly state: 'ok';
  /** The cell's number, for `commit` and `rollback`. */
  readonly id: number;
  /** JavaScript for `Runtime.evaluate` with `replMode`. */
  readonly js: string;
  /** Where each piece of `js` stands in the user's text: see `PositionMap`. */
  readonly map: Int32Array;
  /** Names of values that the cell declares, as the user wrote them. */
  readonly declaredNames: readonly string[];
  /** The same names as they are in `js`: one that would hide a global has another name there. */
  readonly bindings: readonly string[];
  /** True if the last statement is an expression: its value is the cell's value. */
  readonly hasValue: boolean;
  /** Warnings only. */
  readonly diagnostics: readonly Diagnostic[];
  /** False if it was compiled without types. */
  readonly isTyped: boolean;
}

export interface CompletionItem {
  readonly name: string;
  /** `method`, `property`, `const`, `keyword`, … as the compiler calls it. */
  readonly kind: string;
  /** `near`: members, and names of the text and of earlier cells. `job`: members of the Job behind a result. */
  readonly rank: 'near' | 'global' | 'job' | 'deprecated';
}

/** What is shown of the selected item. */
export interface CompletionDetail {
  readonly signature: string;
  readonly summary: string;
}

export interface CompletionList {
  readonly items: readonly CompletionItem[];
  /** The part of the text that an item replaces, from `start` to the position asked for. */
  readonly start: number;
  /** True after a dot: the items are members, not names. */
  readonly isMember: boolean;
}

/** A signature in parts, so that one parameter can be shown apart. */
export interface SignatureText {
  /** `filter(` */
  readonly before: string;
  readonly parameters: readonly string[];
  readonly separator: string;
  /** `): RDD<string>` */
  readonly after: string;
}

export interface SignatureHelp {
  readonly signatures: readonly SignatureText[];
  readonly activeSignature: number;
  readonly activeParameter: number;
  /** The first sentence of the documentation. */
  readonly summary: string;
}

export interface Documentation {
  /** The declaration, such as `(method) RDD<string>.count(): Job<number>`. */
  readonly declaration: string;
  readonly text: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

/** A user's module, compiled to a file that any thread can import. */
export interface CompiledModule {
  readonly path: string;
  readonly url: string;
  readonly map: Int32Array;
}

/** The module that was asked for comes last, those it imports before it. */
export type CompileModuleResult =
  | { readonly state: 'ok'; readonly modules: readonly CompiledModule[] }
  | { readonly state: 'error'; readonly path: string; readonly diagnostics: readonly Diagnostic[] };

/** The session's cells as a program, without what stands before and behind it. */
export interface SavedProgram {
  readonly body: string;
  /** Preloaded names that it uses. */
  readonly used: readonly string[];
  /** Names that it declares. */
  readonly declared: readonly string[];
}

/** Requests by name: what is sent, what comes back. */
export interface Requests {
  /** The text, how to take it, and the cell's number: a new one each time. */
  analyse: { readonly args: readonly [string, AnalyseOptions, number]; readonly result: Analysis };
  /** The cell's number, and the name that its value gets: `_`, another one, or none. */
  commit: { readonly args: readonly [number, string | null]; readonly result: null };
  rollback: { readonly args: readonly [number]; readonly result: null };
  typeOf: { readonly args: readonly [string]; readonly result: string | null };
  complete: { readonly args: readonly [string, number]; readonly result: CompletionList };
  completionDetail: {
    readonly args: readonly [string, number, string];
    readonly result: CompletionDetail | null;
  };
  signatureHelp: {
    readonly args: readonly [string, number];
    readonly result: SignatureHelp | null;
  };
  documentation: {
    readonly args: readonly [string, number];
    readonly result: Documentation | null;
  };
  savedProgram: { readonly args: readonly []; readonly result: SavedProgram };
  /** TypeScript without its types. */
  asJavaScript: { readonly args: readonly [string]; readonly result: string };
  compileModule: { readonly args: readonly [string]; readonly result: CompileModuleResult };
  warmUp: { readonly args: readonly []; readonly result: null };
  close: { readonly args: readonly []; readonly result: null };
}

export type RequestName = keyof Requests;

export interface RequestMessage {
  readonly kind: 'request';
  readonly id: number;
  readonly name: RequestName;
  readonly args: readonly unknown[];
}

/** From the language service. */
export type ReplyMessage =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | {
      readonly kind: 'failure';
      readonly id: number;
      readonly message: string;
      readonly stack: string;
    }
  | { readonly kind: 'warm' };
