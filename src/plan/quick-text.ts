// Functions rewritten to quicker forms of what they do with texts: where a split is looked at in a few fields only, no
// other field is cut out, and replacing a text by a text goes the fast way. The function keeps its length and lines, so
// that errors point where the user's code stands. Driver only: loads the parser.
import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { type AnyNode, type CallExpression, parseExpressionAt, type Pattern } from 'acorn';
import type { FunctionNode, Graph } from '../closure/graph.js';
import type { ClosurePayload } from '../closure/payload.js';
import { applyEdits, type Edit, TOOLKIT } from '../closure/text-edits.js';
import type { FunctionRef } from '../lineage/function-ref.js';

/** Names of one letter, for room is short; a function that uses one of them itself is left alone. */
const FIELD = 'ƒ';
const FIELDS = 'ʃ';
const REPLACED = 'ɼ';
const NAMES = [FIELD, FIELDS, REPLACED];
const BINDING = `const ${FIELD}=${TOOLKIT}.field,${FIELDS}=${TOOLKIT}.fields,${REPLACED}=${TOOLKIT}.replaced;`;
const WORTH_READING = /\.(?:split|replace|replaceAll)\(/;
/** The source of a regular expression that stands for itself. */
export const PLAIN_SOURCE = /^[\w ,;:@#%&=~<>'"!-]+$/;
const STRICT = '"use strict";';
const MAX_FIELD = 30;
const MAX_KNOWN = 512;

/** What has become of functions lately, by the hash of their payload. */
const known = new Map<string, ClosurePayload>();

/** The same function in a quicker form, or as it is. */
export function withQuickText(ref: FunctionRef): FunctionRef {
  if (ref.kind !== 'closure') return ref;
  const { payload } = ref;
  if (!WORTH_READING.test(payload.text)) return ref;
  let found = known.get(payload.hash);
  if (found === undefined) {
    found = rewritten(payload);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(payload.hash, found);
  }
  return found === payload ? ref : { kind: 'closure', payload: found };
}

function rewritten(payload: ClosurePayload): ClosurePayload {
  const graph = deserialize(payload.bytes) as Graph;
  const node = typeof graph.root === 'number' ? graph.nodes[graph.root] : undefined;
  if (node?.kind !== 'function') return payload;
  const text = node.code.slice(...node.source);
  if (NAMES.some((name) => text.includes(name))) return payload;
  const edits = editsOf(text);
  if (edits.length === 0) return payload;
  replaceText(node, applyEdits(text, edits));
  const bytes = serialize(graph);
  return { ...payload, bytes, hash: createHash('sha1').update(bytes).digest('base64url') };
}

/** Puts the new text in place of the old one, and binds the names it uses in front of everything else. */
function replaceText(node: FunctionNode, text: string): void {
  const [start, end] = node.source;
  const head = node.code.indexOf('{') + 1;
  const at = node.code.startsWith(STRICT, head) ? head + STRICT.length : head;
  node.code = `${node.code.slice(0, at)}${BINDING}${node.code.slice(at, start)}${text}${node.code.slice(end)}`;
  node.source = [start + BINDING.length, end + BINDING.length];
  if (node.location !== null) {
    const [script, line, column] = node.location;
    node.location = [script, line, column - BINDING.length];
  }
}

/** Edits that leave every text as long as it was. */
function editsOf(text: string): Edit[] {
  let root: AnyNode;
  try {
    root = parseExpressionAt(text, 0, { ecmaVersion: 'latest' }) as AnyNode;
  } catch {
    return [];
  }
  const edits: Edit[] = [];
  const nodes = [...within(root, null)];
  for (const { node, parent } of nodes) {
    const replace = replaceOf(node, text);
    if (replace !== null) {
      addEdit(edits, node, `${REPLACED}(${replace})`);
      continue;
    }
    const split = splitOf(node, text);
    if (split === null || parent === null) continue;
    const given = `${split.of},${split.separator}`;
    const index = fieldOf(parent, node);
    if (index !== null) {
      addEdit(edits, parent, `${FIELD}(${given},${index})`);
      continue;
    }
    const used = parent.type === 'VariableDeclarator' ? fieldsUsed(parent.id, nodes) : null;
    if (used !== null) addEdit(edits, node, `${FIELDS}(${given},${used})`);
  }
  return edits;
}

function addEdit(edits: Edit[], { start, end }: AnyNode, text: string): void {
  const room = end - start - text.length;
  if (room >= 0) edits.push({ start, end, text: text + ' '.repeat(room) });
}

interface Place {
  readonly node: AnyNode;
  readonly parent: AnyNode | null;
}

function* within(node: AnyNode, parent: AnyNode | null): Generator<Place> {
  yield { node, parent };
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) yield* within(child, node);
    }
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof (value as { type?: unknown } | null)?.type === 'string';
}

/** A call `name(…)` on a variable, on one line. */
function methodCall(
  node: AnyNode,
  text: string,
): {
  readonly of: string;
  readonly name: string;
  readonly args: CallExpression['arguments'];
} | null {
  if (node.type !== 'CallExpression' || node.optional) return null;
  const { callee, arguments: args } = node as CallExpression;
  if (callee.type !== 'MemberExpression' || callee.computed || callee.optional) return null;
  if (callee.property.type !== 'Identifier' || callee.object.type !== 'Identifier') return null;
  if (text.slice(node.start, node.end).includes('\n')) return null;
  return { of: callee.object.name, name: callee.property.name, args };
}

/** The arguments of the quicker call for one that replaces each text by another; null for any other. */
function replaceOf(node: AnyNode, text: string): string | null {
  const call = methodCall(node, text);
  const [from, to] = call?.args ?? [];
  if (call === null || call.args.length !== 2 || from?.type !== 'Literal') return null;
  if (to?.type !== 'Literal' || typeof to.value !== 'string' || to.value.includes('$')) return null;
  const replacement = text.slice(to.start, to.end);
  if (call.name === 'replaceAll' && typeof from.value === 'string' && from.value !== '') {
    return `${call.of},${text.slice(from.start, from.end)},${replacement}`;
  }
  const { regex } = from;
  if (call.name !== 'replace' || regex?.flags !== 'g' || !PLAIN_SOURCE.test(regex.pattern))
    return null;
  return `${call.of},${JSON.stringify(regex.pattern)},${replacement}`;
}

/** A call of split on one line, by a separator of one character. */
function splitOf(
  node: AnyNode,
  text: string,
): { readonly of: string; readonly separator: string } | null {
  const call = methodCall(node, text);
  if (call?.name !== 'split' || call.args.length !== 1) return null;
  const [separator] = call.args;
  if (separator?.type !== 'Literal' || typeof separator.value !== 'string') return null;
  if (separator.value.length !== 1) return null;
  return { of: call.of, separator: text.slice(separator.start, separator.end) };
}

/** The constant index by which the parent reads the value; null where it does anything else. */
function fieldOf(parent: AnyNode, value: AnyNode): number | null {
  if (parent.type !== 'MemberExpression' || !parent.computed || parent.optional) return null;
  if (parent.object !== value || parent.property.type !== 'Literal') return null;
  return fieldIndex(parent.property.value);
}

function fieldIndex(value: unknown): number | null {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_FIELD
    ? (value as number)
    : null;
}

/** A bit for each field that is used of what is declared so; null where that cannot be told. */
function fieldsUsed(pattern: Pattern, nodes: readonly Place[]): number | null {
  if (pattern.type === 'ArrayPattern') {
    let used = 0;
    for (const [index, element] of pattern.elements.entries()) {
      if (element === null) continue;
      if (element.type !== 'Identifier' || index > MAX_FIELD) return null;
      used += 2 ** index;
    }
    return used;
  }
  if (pattern.type !== 'Identifier') return null;
  let used = 0;
  for (const { node, parent } of nodes) {
    if (node.type !== 'Identifier' || node.name !== pattern.name || node === pattern) continue;
    // A property of that name is something else.
    const isName =
      parent?.type === 'MemberExpression' && parent.property === node && !parent.computed;
    if (isName) continue;
    const index = parent === null ? null : fieldOf(parent, node);
    if (index === null || isWritten(parent!, nodes)) return null;
    used |= 2 ** index;
  }
  return used === 0 ? null : used;
}

/** Whether the element is assigned to, or called with the fields as `this`. */
function isWritten(element: AnyNode, nodes: readonly Place[]): boolean {
  const parentOf = (child: AnyNode): AnyNode | null =>
    nodes.find(({ node }) => node === child)?.parent ?? null;
  const parent = parentOf(element);
  switch (parent?.type) {
    case 'AssignmentExpression':
      return parent.left === element;
    case 'CallExpression':
      return parent.callee === element;
    case 'UpdateExpression':
    case 'TaggedTemplateExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'ArrayPattern':
    case 'AssignmentPattern':
    case 'RestElement':
      return true;
    case 'UnaryExpression':
      return parent.operator === 'delete';
    case 'Property':
      return parentOf(parent)?.type === 'ObjectPattern';
    default:
      return false;
  }
}
