// What the functions of a stage mean, as far as the symbolic reader understood them: plain data that is made at the
// driver and sent with the stage. Everything is said of one line of a text file.

/** A text that lies in the line as it is. */
export type TextInLine =
  | { readonly kind: 'line' }
  /** The `index`-th of the fields that the byte `separator` makes; a line may have fewer. */
  | { readonly kind: 'field'; readonly separator: number; readonly index: number };

/** A text of a line. One that is joined of several, literals among them, is never missing: a missing part reads `undefined`. */
export type Text =
  | TextInLine
  | { readonly kind: 'joined'; readonly parts: readonly (TextInLine | string)[] }
  /** Every `from` replaced by `to`; missing where the text it is made of is. */
  | {
      readonly kind: 'replaced';
      readonly of: TextInLine;
      readonly from: string;
      readonly to: string;
    };

/** A text that is one of the fields of a line, where every field makes a record of its own. */
export type EveryField = { readonly kind: 'every-field'; readonly separator: number };

/** How a text becomes a number: by the function of that name, `parseInt10` by parseInt with radix 10. */
export type NumberParser = 'parseInt' | 'parseInt10' | 'parseFloat' | 'Number';

/** A value that is a number for every line. */
export type NumberMeaning =
  | { readonly kind: 'parsed'; readonly parser: NumberParser; readonly text: Text }
  /** UTF-16 units; the text is there (see `present`). */
  | { readonly kind: 'length'; readonly text: Text }
  | { readonly kind: 'field-count'; readonly separator: number }
  | { readonly kind: 'constant'; readonly value: number }
  /** A number that a function is given. */
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'negative'; readonly of: NumberMeaning }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: NumberMeaning;
      readonly right: NumberMeaning;
    }
  | { readonly kind: 'math'; readonly name: string; readonly args: readonly NumberMeaning[] }
  | {
      readonly kind: 'choice';
      readonly test: Test;
      readonly yes: NumberMeaning;
      readonly no: NumberMeaning;
    };

export type ArithmeticOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '>>>';
export type ComparisonOperator = '<' | '<=' | '>' | '>=' | '===' | '!==';

/** Something that is true or false of every line, or throws. */
export type Test =
  | { readonly kind: 'always'; readonly value: boolean }
  | {
      readonly kind: 'match';
      /** `equal` is false of a missing text, the others throw. */
      readonly how: 'equal' | 'startsWith' | 'endsWith' | 'includes';
      readonly text: Text;
      readonly literal: string;
    }
  | { readonly kind: 'not-empty'; readonly text: Text }
  /** True, or throws where the text is missing. */
  | { readonly kind: 'present'; readonly text: Text }
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly left: NumberMeaning;
      readonly right: NumberMeaning;
    }
  | { readonly kind: 'not'; readonly test: Test }
  | { readonly kind: 'and' | 'or'; readonly left: Test; readonly right: Test };

/** Constants that are no numbers. */
export type Constant = { readonly kind: 'value'; readonly value: string | boolean | null };

/** What a function makes of a line. */
export type Meaning =
  | Text
  | EveryField
  | NumberMeaning
  | Constant
  | { readonly kind: 'tuple'; readonly items: readonly Meaning[] }
  | { readonly kind: 'test'; readonly test: Test }
  /** A regular expression that finds every place of a text. */
  | { readonly kind: 'every'; readonly text: string }
  /** All fields of the line, as an array. */
  | { readonly kind: 'fields'; readonly separator: number }
  /** The list of a key's values; its length is input 0. */
  | { readonly kind: 'list' };

/** Keys that have a place in a dictionary of bytes. */
export type KeyMeaning =
  | Text
  | EveryField
  | NumberMeaning
  | { readonly kind: 'tuple'; readonly items: readonly (Text | NumberMeaning)[] };

/** The record-wise operations between a text source and what follows them. */
export interface TextMeaning {
  /** The node of the text source. */
  readonly source: number;
  /** What lines must pass, in order. A `present` stands for what would throw. */
  readonly tests: readonly Test[];
  /** What the lines that pass become. */
  readonly record: Meaning;
  /** The separator where every field of a line makes a record; then there are no tests. */
  readonly everyField: number | null;
}

/** How a stage ends on columns. */
export type ByteEnd =
  | { readonly kind: 'count' }
  /** Numbers merged from left to right, from `zero` or else from the first. */
  | { readonly kind: 'fold'; readonly value: NumberMeaning; readonly hasZero: boolean }
  /** Pairs of a key and a number, merged by a function that gives a number for any two. */
  | { readonly kind: 'merge'; readonly key: KeyMeaning; readonly value: NumberMeaning }
  /** Different keys. */
  | { readonly kind: 'distinct'; readonly key: KeyMeaning }
  /** Pairs that go to the partitions of their keys as they are. */
  | { readonly kind: 'route'; readonly key: KeyMeaning; readonly value: Meaning }
  /** Pairs of a key and a number of which only the order within each key counts. */
  | { readonly kind: 'group'; readonly key: KeyMeaning; readonly value: NumberMeaning };

/**
 * What the reduce side does on columns: merges numbers by key, keeps keys, lists the values of a key, or puts pairs
 * in the order of their keys.
 */
export type ColumnMerge = 'numbers' | 'keys' | 'lists' | 'order';

/** What a stage counts without making the records. */
export type CountMeaning =
  /** The keys of a shuffle. */
  | { readonly kind: 'keys'; readonly node: number }
  /** The pairs that a join of two sides gives: the node of the sides, and which keys without a partner count. */
  | {
      readonly kind: 'pairs';
      readonly node: number;
      readonly keepsLeft: boolean;
      readonly keepsRight: boolean;
    };

/** A stage, or one branch of a union, that runs on bytes from its source to its end. */
export interface WholeMeaning {
  /** The node whose records go to the end. */
  readonly node: number;
  readonly text: TextMeaning;
  readonly end: ByteEnd;
}

export interface StageMeaning {
  readonly wholes: readonly WholeMeaning[];
  /** Nodes whose records are made from columns of their text source's lines. */
  readonly records: readonly { readonly node: number; readonly text: TextMeaning }[];
  /** The lines of a text source that fail the tests need not be made. */
  readonly filter: { readonly source: number; readonly tests: readonly Test[] } | null;
  /** Nodes whose shuffle may be merged on columns. */
  readonly merges: readonly { readonly node: number; readonly kind: ColumnMerge }[];
  readonly counts: CountMeaning | null;
  /** Nodes whose records are a grouped key with a number made of how many values it has. */
  readonly lengths: readonly {
    readonly node: number;
    readonly grouped: number;
    readonly value: NumberMeaning;
  }[];
}
