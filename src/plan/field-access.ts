// Functions that split a text and look at a few of the fields only, rewritten so that no other field is cut out. The
// text keeps its length and lines, so that errors point where the user's code stands. Driver only: loads the parser.
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
const BINDING = `const ${FIELD}=${TOOLKIT}.field,${FIELDS}=${TOOLKIT}.fields;`;
const STRICT = '"use strict";';
const MAX_FIELD = 30;
const MAX_KNOWN = 512;

/** What has become of functions lately, by the hash of their payload. */
const known = new Map<string, ClosurePayload>();

/** The same function in a quicker form, or as it is. */
export function withFieldAccess(ref: FunctionRef): FunctionRef {
  if (ref.kind !== 'closure') return ref;
  const { payload } = ref;
  if (!payload.text.includes('.split(')) return ref;
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
  if (text.includes(FIELD) || text.includes(FIELDS)) return payload;
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

/** A call of split on one line, by a separator of one character. */
function splitOf(
  node: AnyNode,
  text: string,
): { readonly of: string; readonly separator: string } | null {
  if (node.type !== 'CallExpression' || node.optional || node.arguments.length !== 1) return null;
  const { callee, arguments: args } = node as CallExpression;
  const [separator] = args;
  if (callee.type !== 'MemberExpression' || callee.computed || callee.optional) return null;
  if (callee.property.type !== 'Identifier' || callee.property.name !== 'split') return null;
  if (separator?.type !== 'Literal' || typeof separator.value !== 'string') return null;
  if (separator.value.length !== 1 || callee.object.type !== 'Identifier') return null;
  if (text.slice(node.start, node.end).includes('\n')) return null;
  return { of: callee.object.name, separator: text.slice(separator.start, separator.end) };
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
