// Whether calling a function runs no code but its own operators, so that it can have replaced nothing of the language.
// Capturing thread. Records are plain data wherever they come from, so their getters and `valueOf` are the language's own.
import type { AnyNode, ArrowFunctionExpression, Pattern, Property } from 'acorn';

/** True where an arrow of one expression calls nothing, makes no function and assigns nothing. */
export function isInertArrow({ async, body, params }: ArrowFunctionExpression): boolean {
  return !async && body.type !== 'BlockStatement' && params.every(isPlain) && isInert(body);
}

/** A name, or names for the elements of an array. */
function isPlain(param: Pattern | null): boolean {
  if (param === null || param.type === 'Identifier') return true;
  return param.type === 'ArrayPattern' && param.elements.every(isPlain);
}

function isInert(node: AnyNode): boolean {
  switch (node.type) {
    case 'Identifier':
      return true;
    case 'Literal':
      return node.regex === undefined;
    case 'TemplateLiteral':
      return node.expressions.every(isInert);
    case 'BinaryExpression':
      // A class may say itself what is its instance.
      return node.operator !== 'instanceof' && isInert(node.left) && isInert(node.right);
    case 'LogicalExpression':
      return isInert(node.left) && isInert(node.right);
    case 'ConditionalExpression':
      return isInert(node.test) && isInert(node.consequent) && isInert(node.alternate);
    case 'UnaryExpression':
      return node.operator !== 'delete' && isInert(node.argument);
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return isInert(node.expression);
    case 'MemberExpression':
      return isInert(node.object) && (!node.computed || isInert(node.property));
    case 'ArrayExpression':
      return node.elements.every((element) => element === null || isInert(element));
    case 'ObjectExpression':
      return node.properties.every((each) => each.type === 'Property' && isInertProperty(each));
    default:
      return false;
  }
}

function isInertProperty({ kind, method, computed, value }: Property): boolean {
  return kind === 'init' && !method && !computed && isInert(value);
}
