// Finds what a function's text takes from around it: free names, `this`, `eval`, `import.meta`, …
// Main thread only. Knows syntax, nothing of values.
import type * as acorn from 'acorn';
import { type Binder, bindPattern, hoistedNames, lexicalNames } from './declared-names.js';
import { engineStart, type ParsedFunction, parseFunctionText } from './function-text.js';

/** One place where a free name stands in the text. */
export interface Reference {
  readonly start: number;
  readonly end: number;
  /** `{ name }`: replacing it needs the key written out. */
  readonly isShorthand: boolean;
  /** `name(…)`: replacing it by a member must not hand over a `this`. */
  readonly isCallee: boolean;
}

export interface FreeName {
  readonly name: string;
  isAssigned: boolean;
  readonly references: Reference[];
  /** The properties read from it if it is only ever used as `name.property`, else null. */
  members: Set<string> | null;
  /** Only used by computed member names of the class, which are evaluated when the class is made. */
  isOnlyInKeys: boolean;
}

export interface FunctionAnalysis extends ParsedFunction {
  readonly text: string;
  readonly freeNames: ReadonlyMap<string, FreeName>;
  readonly start: number;
  usesThis: boolean;
  usesArguments: boolean;
  usesSuper: boolean;
  usesNewTarget: boolean;
  usesImportMeta: boolean;
  callsEval: boolean;
  /** Private names used outside of a class of its own text. */
  strayPrivateName: string | null;
  /** Offsets of the `import` of `import(…)` calls. */
  readonly imports: number[];
}

const MAX_CACHED = 2000;
const cache = new Map<string, FunctionAnalysis>();

/** Analyses a function's text; results are kept by text. */
export function analyseFunction(text: string): FunctionAnalysis {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const parsed = parseFunctionText(text);
  const analysis = new Analyser(text, parsed).run();
  if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
  cache.set(text, analysis);
  return analysis;
}

interface Scope {
  readonly names: Set<string>;
  readonly parent: Scope | null;
  /** Whether `this`, `arguments` and `super` end here. */
  readonly ownsThis: boolean;
  readonly isRoot: boolean;
}

type Node = acorn.AnyNode;
type FunctionNode = acorn.Function | acorn.FunctionDeclaration | acorn.AnonymousFunctionDeclaration;

class Analyser {
  readonly #result: FunctionAnalysis & { freeNames: Map<string, FreeName> };
  readonly #shift: number;
  #classDepth = 0;
  #isInKey = false;

  constructor(text: string, parsed: ParsedFunction) {
    this.#shift = parsed.shift;
    this.#result = {
      ...parsed,
      text,
      start: engineStart(text, parsed),
      freeNames: new Map(),
      usesThis: false,
      usesArguments: false,
      usesSuper: false,
      usesNewTarget: false,
      usesImportMeta: false,
      callsEval: false,
      strayPrivateName: null,
      imports: [],
    };
  }

  run(): FunctionAnalysis {
    const { node, shape } = this.#result;
    const top: Scope = { names: new Set(), parent: null, ownsThis: false, isRoot: true };
    if (isClass(node)) this.#rootClass(node, top);
    else {
      if (shape === 'private-method') this.#classDepth++;
      this.#function(node, top, true);
    }
    return this.#result;
  }

  #scope(parent: Scope, ownsThis = false, isRoot = false): Scope {
    return { names: new Set(), parent, ownsThis, isRoot };
  }

  #binder(scope: Scope): Binder {
    return (name) => scope.names.add(name);
  }

  #function(node: FunctionNode, outer: Scope, isRoot = false): void {
    const scope = this.#scope(outer, node.type !== 'ArrowFunctionExpression', isRoot);
    const bind = this.#binder(scope);
    if (node.type === 'FunctionExpression' && node.id) bind(node.id.name);
    for (const parameter of node.params) bindPattern(parameter, bind);
    if (node.body.type === 'BlockStatement') {
      hoistedNames(node.body.body, bind);
      lexicalNames(node.body.body, bind);
    }
    for (const parameter of node.params) this.#patternDefaults(parameter, scope);
    if (node.body.type === 'BlockStatement') this.#all(node.body.body, scope);
    else this.#visit(node.body, scope);
  }

  /** The captured class itself: its heritage and static state travel as values, so their text is skipped. */
  #rootClass(node: acorn.Class, outer: Scope): void {
    const scope = this.#scope(outer);
    if (node.id) scope.names.add(node.id.name);
    this.#classDepth++;
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock') continue;
      if (member.computed) {
        this.#isInKey = true;
        this.#visit(member.key, scope);
        this.#isInKey = false;
      }
      if (member.type === 'PropertyDefinition' && member.static) continue;
      this.#visit(member.value, this.#scope(scope, true));
    }
    this.#classDepth--;
  }

  #class(node: acorn.Class, outer: Scope): void {
    const scope = this.#scope(outer);
    if (node.id) scope.names.add(node.id.name);
    this.#visit(node.superClass, scope);
    this.#classDepth++;
    for (const member of node.body.body) {
      const inner = this.#scope(scope, true);
      if (member.type === 'StaticBlock') {
        hoistedNames(member.body, this.#binder(inner));
        lexicalNames(member.body, this.#binder(inner));
        this.#all(member.body, inner);
        continue;
      }
      if (member.computed) this.#visit(member.key, scope);
      this.#visit(member.value, inner);
    }
    this.#classDepth--;
  }

  #all(nodes: readonly (Node | null)[], scope: Scope): void {
    for (const node of nodes) this.#visit(node, scope);
  }

  #visit(node: Node | null | undefined, scope: Scope): void {
    if (!node) return;
    switch (node.type) {
      case 'Identifier':
        this.#reference(node, scope);
        return;
      case 'ThisExpression':
        if (this.#owner(scope) === null) this.#result.usesThis = true;
        return;
      case 'Super':
        if (this.#owner(scope)?.isRoot !== false) this.#result.usesSuper = true;
        return;
      case 'MetaProperty':
        if (node.meta.name === 'import') this.#result.usesImportMeta = true;
        else if (this.#owner(scope) === null) this.#result.usesNewTarget = true;
        return;
      case 'PrivateIdentifier':
        if (this.#classDepth === 0) this.#result.strayPrivateName ??= `#${node.name}`;
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.#function(node, scope);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.#class(node, scope);
        return;
      default:
        this.#visitExpression(node, scope);
        return;
    }
  }

  #visitExpression(node: Node, scope: Scope): void {
    switch (node.type) {
      case 'MemberExpression':
        this.#member(node, scope);
        return;
      case 'CallExpression':
        this.#call(node, scope);
        return;
      case 'TaggedTemplateExpression':
        this.#callee(node.tag, scope);
        this.#visit(node.quasi, scope);
        return;
      case 'ImportExpression':
        this.#result.imports.push(node.start - this.#shift);
        this.#visit(node.source, scope);
        return;
      case 'Property':
        if (node.computed) this.#visit(node.key, scope);
        if (node.shorthand && node.value.type === 'Identifier') {
          this.#reference(node.value, scope, { isShorthand: true });
          return;
        }
        this.#visit(node.value, scope);
        return;
      case 'AssignmentExpression':
        this.#assignTo(node.left, scope);
        this.#visit(node.right, scope);
        return;
      case 'UpdateExpression':
        this.#assignTo(node.argument, scope);
        return;
      case 'VariableDeclarator':
        this.#patternDefaults(node.id, scope);
        this.#visit(node.init, scope);
        return;
      default:
        this.#visitStatement(node, scope);
        return;
    }
  }

  #visitStatement(node: Node, scope: Scope): void {
    switch (node.type) {
      case 'LabeledStatement':
        this.#visit(node.body, scope);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
      case 'BlockStatement': {
        const inner = this.#scope(scope);
        lexicalNames(node.body, this.#binder(inner));
        this.#all(node.body, inner);
        return;
      }
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#loop(node, scope);
        return;
      case 'SwitchStatement': {
        this.#visit(node.discriminant, scope);
        const inner = this.#scope(scope);
        for (const one of node.cases) lexicalNames(one.consequent, this.#binder(inner));
        this.#all(node.cases, inner);
        return;
      }
      case 'CatchClause': {
        const inner = this.#scope(scope);
        if (node.param) {
          bindPattern(node.param, this.#binder(inner));
          this.#patternDefaults(node.param, inner);
        }
        this.#visit(node.body, inner);
        return;
      }
      default:
        this.#children(node, scope);
        return;
    }
  }

  #children(node: Node, scope: Scope): void {
    for (const value of Object.values(node) as unknown[]) {
      if (Array.isArray(value)) {
        for (const item of value) if (isNode(item)) this.#visit(item, scope);
      } else if (isNode(value)) this.#visit(value, scope);
    }
  }

  #loop(
    node: acorn.ForStatement | acorn.ForInStatement | acorn.ForOfStatement,
    outer: Scope,
  ): void {
    const scope = this.#scope(outer);
    const head = node.type === 'ForStatement' ? node.init : node.left;
    if (head?.type === 'VariableDeclaration') {
      lexicalNames([head], this.#binder(scope));
      this.#visit(head, scope);
    } else if (head && node.type !== 'ForStatement') this.#assignTo(head as acorn.Pattern, scope);
    else this.#visit(head, scope);
    if (node.type === 'ForStatement') this.#all([node.test ?? null, node.update ?? null], scope);
    else this.#visit(node.right, scope);
    this.#visit(node.body, scope);
  }

  #member(node: acorn.MemberExpression, scope: Scope): void {
    if (node.computed) {
      this.#visit(node.object, scope);
      this.#visit(node.property, scope);
      return;
    }
    if (node.property.type === 'PrivateIdentifier') this.#visit(node.property, scope);
    if (node.object.type === 'Identifier' && node.property.type === 'Identifier') {
      this.#reference(node.object, scope, { member: node.property.name });
    } else this.#visit(node.object, scope);
  }

  #call(node: acorn.CallExpression, scope: Scope): void {
    if (node.callee.type === 'Identifier' && node.callee.name === 'eval') {
      if (!this.#isBound('eval', scope)) this.#result.callsEval = true;
    }
    this.#callee(node.callee, scope);
    this.#all(node.arguments, scope);
  }

  #callee(callee: acorn.Expression | acorn.Super, scope: Scope): void {
    if (callee.type === 'Identifier') this.#reference(callee, scope, { isCallee: true });
    else this.#visit(callee, scope);
  }

  /** A pattern that assigns to names which exist already. */
  #assignTo(node: acorn.Pattern | acorn.Expression, scope: Scope, isShorthand = false): void {
    switch (node.type) {
      case 'Identifier':
        this.#reference(node, scope, { isAssigned: true, isShorthand });
        return;
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') this.#assignTo(property.argument, scope);
          else {
            if (property.computed) this.#visit(property.key, scope);
            this.#assignTo(property.value, scope, property.shorthand);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.#assignTo(element, scope);
        return;
      case 'AssignmentPattern':
        this.#assignTo(node.left, scope, isShorthand);
        this.#visit(node.right, scope);
        return;
      case 'RestElement':
        this.#assignTo(node.argument, scope);
        return;
      default:
        this.#visit(node, scope);
        return;
    }
  }

  /** What a declaring pattern evaluates: default values and computed keys. */
  #patternDefaults(node: acorn.Pattern, scope: Scope): void {
    switch (node.type) {
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') continue;
          if (property.computed) this.#visit(property.key, scope);
          this.#patternDefaults(property.value, scope);
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.#patternDefaults(element, scope);
        return;
      case 'AssignmentPattern':
        this.#patternDefaults(node.left, scope);
        this.#visit(node.right, scope);
        return;
      case 'RestElement':
        this.#patternDefaults(node.argument, scope);
        return;
    }
  }

  #owner(scope: Scope): Scope | null {
    for (let at: Scope | null = scope; at; at = at.parent) if (at.ownsThis) return at;
    return null;
  }

  #isBound(name: string, scope: Scope): boolean {
    for (let at: Scope | null = scope; at; at = at.parent) if (at.names.has(name)) return true;
    return false;
  }

  #reference(
    node: acorn.Identifier,
    scope: Scope,
    use: { isAssigned?: boolean; isShorthand?: boolean; isCallee?: boolean; member?: string } = {},
  ): void {
    const { name } = node;
    if (this.#isBound(name, scope)) return;
    if (name === 'arguments' && this.#owner(scope) !== null) return;
    if (name === 'arguments') this.#result.usesArguments = true;
    let free = this.#result.freeNames.get(name);
    if (free === undefined) {
      const members = new Set<string>();
      free = { name, isAssigned: false, references: [], members, isOnlyInKeys: true };
      this.#result.freeNames.set(name, free);
    }
    if (use.isAssigned === true) free.isAssigned = true;
    if (!this.#isInKey) free.isOnlyInKeys = false;
    if (use.member === undefined) free.members = null;
    else free.members?.add(use.member);
    free.references.push({
      start: node.start - this.#shift,
      end: node.end - this.#shift,
      isShorthand: use.isShorthand ?? false,
      isCallee: use.isCallee ?? false,
    });
  }
}

export function isClass(node: ParsedFunction['node']): node is acorn.Class {
  return node.type === 'ClassExpression' || node.type === 'ClassDeclaration';
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
