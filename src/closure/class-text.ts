// Rewrites the text of a captured class so that making it again runs none of the user's static code:
// static state travels as values. Also gives the reader a way to its private fields. Capturing thread; syntax only.
import type * as acorn from 'acorn';
import type { FunctionAnalysis } from './free-names.js';
import { type Edit, TOOLKIT } from './text-edits.js';

export interface ClassShape {
  readonly hasHeritage: boolean;
  /** Whether instances have anything private, methods included. */
  readonly hasInstancePrivates: boolean;
  /** Names with `#` of private fields that instances have. */
  readonly instanceFields: ReadonlySet<string>;
  /** Names with `#` of private fields of the class itself. */
  readonly staticFields: ReadonlySet<string>;
  /** Methods and accessors written in the class: the offsets of their text, by where they live and their name. */
  readonly members: ReadonlyMap<string, readonly [start: number, end: number]>;
  /** Public fields of instances that the text sets to an arrow, with the arrow's text. */
  readonly arrowFields: ReadonlyMap<string, string>;
  /** Plain names of public static fields. */
  readonly staticNames: ReadonlySet<string>;
  /** Computed names of members, in the order of the text. */
  readonly computed: readonly ComputedName[];
}

export interface ComputedName {
  readonly start: number;
  readonly end: number;
  readonly isStatic: boolean;
  readonly isField: boolean;
  /** The name after `Symbol.` where the text is that. */
  readonly wellKnown: string | null;
}

const shapes = new WeakMap<FunctionAnalysis, ClassShape>();

/** What can be told of a class from its text. */
export function classShape(analysis: FunctionAnalysis): ClassShape {
  let shape = shapes.get(analysis);
  if (shape === undefined) {
    shape = readShape(analysis);
    shapes.set(analysis, shape);
  }
  return shape;
}

function readShape(analysis: FunctionAnalysis): ClassShape {
  const node = analysis.node as acorn.Class;
  const shape = {
    hasHeritage: node.superClass != null,
    hasInstancePrivates: node.body.body.some(isInstancePrivate),
    instanceFields: new Set<string>(),
    staticFields: new Set<string>(),
    members: new Map<string, readonly [number, number]>(),
    arrowFields: new Map<string, string>(),
    staticNames: new Set<string>(),
    computed: [] as ComputedName[],
  };
  for (const member of node.body.body) {
    if (member.type === 'StaticBlock') continue;
    if (member.computed) shape.computed.push(computedName(member, analysis));
    else if (member.type === 'MethodDefinition') addMethod(member, shape.members, analysis.shift);
    else if (member.key.type === 'PrivateIdentifier') {
      (member.static ? shape.staticFields : shape.instanceFields).add(`#${member.key.name}`);
    } else if (member.static) shape.staticNames.add(keyName(member.key));
    else if (member.value?.type === 'ArrowFunctionExpression') {
      shape.arrowFields.set(keyName(member.key), textOf(member.value, analysis));
    }
  }
  return shape;
}

function computedName(
  { key, static: isStatic, type }: acorn.MethodDefinition | acorn.PropertyDefinition,
  analysis: FunctionAnalysis,
): ComputedName {
  const wellKnown = /^Symbol\.(\w+)$/.exec(textOf(key, analysis))?.[1] ?? null;
  const isField = type === 'PropertyDefinition';
  const { shift } = analysis;
  return { start: key.start - shift, end: key.end - shift, isStatic, isField, wellKnown };
}

function addMethod(
  member: acorn.MethodDefinition,
  members: Map<string, readonly [number, number]>,
  shift: number,
): void {
  if (member.key.type === 'PrivateIdentifier') return;
  const key = memberKey(member.static, keyName(member.key));
  members.set(key, [member.start - shift, member.end - shift]);
}

function textOf(node: acorn.Node, { text, shift }: FunctionAnalysis): string {
  return text.slice(node.start - shift, node.end - shift);
}

function isInstancePrivate(member: acorn.Class['body']['body'][number]): boolean {
  return member.type !== 'StaticBlock' && !member.static && member.key.type === 'PrivateIdentifier';
}

export function memberKey(isStatic: boolean, name: string): string {
  return `${isStatic ? 'static ' : ''}${name}`;
}

function keyName(key: acorn.Expression | acorn.PrivateIdentifier): string {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : '';
}

/** Edits that every captured class needs: heritage as a value, no static code. */
export function staticEdits(analysis: FunctionAnalysis, heritageName: string): Edit[] {
  const { shift } = analysis;
  const node = analysis.node as acorn.Class;
  const edits: Edit[] = [];
  const replace = (at: acorn.Node, text: string): void => {
    edits.push({ start: at.start - shift, end: at.end - shift, text });
  };
  if (node.superClass) replace(node.superClass, heritageName);
  for (const member of node.body.body) {
    if (member.type === 'StaticBlock') replace(member, '');
    else if (member.type === 'PropertyDefinition' && member.static && member.value) {
      replace(member.value, 'undefined');
    }
  }
  return edits;
}

/** Adds a function to the class that sets its private fields, and hands it to the reader. */
export function privateSetterEdit(analysis: FunctionAnalysis): Edit {
  const { instanceFields, staticFields } = classShape(analysis);
  const cases = [...new Set([...instanceFields, ...staticFields])]
    .map((name) => `case ${JSON.stringify(name)}:$o.${name}=$v;break;`)
    .join('');
  const end = (analysis.node as acorn.Class).body.end - 1 - analysis.shift;
  return {
    start: end,
    end,
    text: `;static{${TOOLKIT}.privates(($o,$n,$v)=>{switch($n){${cases}}})}`,
  };
}

/** Lets the reader make an instance for its private fields only: constructors and initialisers do nothing then. */
export function guardEdits(analysis: FunctionAnalysis): Edit[] {
  const { shift } = analysis;
  const node = analysis.node as acorn.Class;
  const edits: Edit[] = [];
  const insert = (at: number, text: string): void => {
    edits.push({ start: at - shift, end: at - shift, text });
  };
  for (const member of node.body.body) {
    if (member.type === 'PropertyDefinition' && !member.static && member.value) {
      // Making an arrow runs nothing, and only here it sees the private names.
      if (member.value.type === 'ArrowFunctionExpression') continue;
      insert(member.value.start, `${TOOLKIT}.isMaking?undefined:(`);
      insert(member.value.end, ')');
    } else if (member.type === 'MethodDefinition' && member.kind === 'constructor') {
      const leave = node.superClass ? '{super();return}' : 'return;';
      insert(member.value.body.start + 1, `if(${TOOLKIT}.isMaking)${leave}`);
    }
  }
  return edits;
}
