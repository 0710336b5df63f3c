// The format of a payload's bytes: a graph of tagged nodes, written by capture and read by revive.
// Data only. Text is code in `FunctionNode.code` and nowhere else, so no captured string is ever run.
import type { HandleRef } from './payload.js';

/** A value: the index of a node, a number as `[n]`, or any other primitive as itself. */
export type Ref = number | string | boolean | bigint | null | undefined | readonly [number];

/** A property's key: its name, or the index of a symbol's node. */
export type Key = string | number;

/** Bits of SpecialProperty: which attributes are set. */
export const ENUMERABLE = 1;
export const WRITABLE = 2;
export const CONFIGURABLE = 4;

/** An ordinary data property. */
export type PlainProperty = readonly [key: Key, value: Ref];
/** A data property with unusual attributes. */
export type SpecialProperty = readonly [key: Key, attributes: number, value: Ref];
/** A getter and setter. */
export type AccessorProperty = readonly [key: Key, attributes: number, get: Ref, set: Ref];
export type Property = PlainProperty | SpecialProperty | AccessorProperty;

/** Where the prototype comes from if it is not the usual one of the node's kind. */
export type ProtoRef =
  | { readonly of: 'class'; readonly ref: Ref }
  | { readonly of: 'object'; readonly ref: Ref };

export type Integrity = 'frozen' | 'sealed' | 'fixed';

/** What all objects may have. */
export interface ObjectParts {
  proto?: ProtoRef;
  props?: Property[];
  integrity?: Integrity;
  /** Private fields, by the class that declares them. The object is made by `construct`. */
  privates?: { readonly owner: Ref; readonly name: string; readonly value: Ref }[];
  /** The class to make an object of, without running its constructors, so that it gets its private fields. */
  construct?: Ref;
  /** Fields that making the object brings: arrows, which see its private names. */
  kept?: readonly string[];
}

/** Plain data, ready to use as it was deserialised. */
export interface RawNode {
  readonly kind: 'raw';
  readonly value: unknown;
  readonly integrity?: Integrity;
}
export type NativeSlot = 'value' | 'get' | 'set';
/** Something that every realm has, by its path from the global object; a symbol is `[name]`. */
export interface NativeNode {
  readonly kind: 'native';
  readonly path: readonly (string | readonly [string])[];
  readonly slot: NativeSlot;
}
export interface IntrinsicNode {
  readonly kind: 'intrinsic';
  readonly name: string;
}
export interface OwnNode {
  readonly kind: 'own';
  readonly name: string;
}
/** An export of a module. `path` starts at the namespace; empty is the namespace itself. */
export interface ModuleNode {
  readonly kind: 'module';
  readonly specifier: string;
  readonly path: readonly string[];
}
/** A compiler's or test runner's wrapper around a CommonJS module: its exports, and `default` for all of them. */
export interface InteropNode {
  readonly kind: 'interop';
  readonly specifier: string;
}
/** A module's own `require`, by the file it resolves from. */
export interface RequireNode {
  readonly kind: 'require';
  readonly from: string;
}
export interface SymbolNode {
  readonly kind: 'symbol';
  readonly form: 'registered' | 'well-known' | 'own';
  readonly text: string | undefined;
}
export interface HandleNode {
  readonly kind: 'handle';
  readonly handle: HandleRef;
}
export interface PlainObjectNode extends ObjectParts {
  readonly kind: 'object';
}
export interface ArrayNode extends ObjectParts {
  readonly kind: 'array';
  readonly length: number;
  /** Absent where the array has holes: then the elements are among `props`. */
  readonly items?: readonly Ref[];
}
/** Keys and values by turns. */
export interface MapNode extends ObjectParts {
  readonly kind: 'map';
  readonly entries: readonly Ref[];
}
export interface SetNode extends ObjectParts {
  readonly kind: 'set';
  readonly items: readonly Ref[];
}
export interface DateNode extends ObjectParts {
  readonly kind: 'date';
  readonly timeMs: number;
}
export interface RegExpNode extends ObjectParts {
  readonly kind: 'regexp';
  readonly source: string;
  readonly flags: string;
}
export interface ErrorNode extends ObjectParts {
  readonly kind: 'error';
  readonly stack: string | undefined;
}
/** A typed array, DataView or Buffer over an ArrayBuffer that is a node of its own. */
export interface ViewNode extends ObjectParts {
  readonly kind: 'view';
  readonly type: string;
  readonly buffer: Ref;
  readonly byteOffset: number;
  readonly length: number;
}
/** An instance of a built-in class whose state is hidden but can be given again. */
export interface RebuiltNode extends ObjectParts {
  readonly kind: 'rebuilt';
  readonly path: readonly string[];
  readonly args: readonly unknown[];
}
export interface BoundNode extends ObjectParts {
  readonly kind: 'bound';
  readonly target: Ref;
  readonly self: Ref;
  readonly args: readonly Ref[];
}
/** A variable that several functions share and at least one of them changes. */
export interface CellNode {
  readonly kind: 'cell';
  readonly value: Ref;
}
export interface FunctionNode {
  readonly kind: 'function';
  /** A function expression that takes `args` and returns the function, or with hooks `[function, …hooks]`. */
  code: string;
  /** Where the function's code stands in `code`. */
  source: readonly [start: number, end: number];
  /** Where `code` starts in the user's script: script, line, column, counting from 0. */
  location: readonly [script: string, line: number, column: number] | null;
  /** Values of the names bound before the function is made, in the order of `argNames`. */
  args: readonly Ref[];
  argNames: readonly string[];
  /** Values of the names that lead back to the function and are bound after it is made. */
  late: readonly Ref[];
  /** The `this` of an arrow. */
  self?: Ref;
  /** Whether `this` above is given: `undefined` is a value too. */
  hasSelf?: boolean;
  /** The class has private fields: the factory hands over a function that sets them. */
  hasPrivates?: boolean;
  /** Set where the engine would not infer the same name. */
  name?: string;
  proto?: ProtoRef;
  props?: Property[];
  integrity?: Integrity;
  privates?: { readonly owner: Ref; readonly name: string; readonly value: Ref }[];
  /** What was added to the function's `prototype` object, and that object's own prototype. */
  prototypeProps?: Property[];
  prototypeProto?: ProtoRef;
  /** The prototype of the object that the method's `super` starts from. */
  home?: ProtoRef;
}

export type GraphNode =
  | RawNode
  | NativeNode
  | IntrinsicNode
  | OwnNode
  | ModuleNode
  | InteropNode
  | RequireNode
  | SymbolNode
  | HandleNode
  | PlainObjectNode
  | ArrayNode
  | MapNode
  | SetNode
  | DateNode
  | RegExpNode
  | ErrorNode
  | ViewNode
  | RebuiltNode
  | BoundNode
  | CellNode
  | FunctionNode;

/** Objects that are no functions. */
export type DataNode =
  | PlainObjectNode
  | ArrayNode
  | MapNode
  | SetNode
  | DateNode
  | RegExpNode
  | ErrorNode
  | ViewNode
  | RebuiltNode;

export interface Graph {
  readonly root: Ref;
  readonly nodes: readonly GraphNode[];
}
