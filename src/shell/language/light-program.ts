// Scope analysis of one text, without libraries: which identifiers mean a name of the program's top level, or none
// that the text declares. Language service. Costs a millisecond or two, so callers ask only when a name calls for it.
import ts = require('typescript');

const FILE = '/cell.ts';

/** Identifiers of the wanted names that stand for a top-level or undeclared variable, by their start. */
export function outerReferences(
  text: string,
  wanted: ReadonlySet<string>,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  if (![...wanted].some((name) => text.includes(name))) return found;
  const { file, checker } = lightProgram(text);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && wanted.has(node.text) && !isPropertyName(node)) {
      if (isOuter(symbolOf(node, checker))) found.set(node.getStart(file), node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function lightProgram(text: string): { file: ts.SourceFile; checker: ts.TypeChecker } {
  const file = ts.createSourceFile(FILE, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const options: ts.CompilerOptions = {
    noLib: true,
    noResolve: true,
    target: ts.ScriptTarget.ES2022,
  };
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === FILE ? file : undefined),
    getDefaultLibFileName: () => '',
    writeFile: () => {},
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => name === FILE,
    readFile: (name) => (name === FILE ? text : undefined),
  };
  const program = ts.createProgram([FILE], options, host);
  return { file, checker: program.getTypeChecker() };
}

function symbolOf(node: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  return ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
}

function isOuter(symbol: ts.Symbol | undefined): boolean {
  const declaration = symbol?.declarations?.[0];
  if (declaration === undefined) return true;
  let scope: ts.Node = declaration.parent;
  while (!isScope(scope)) scope = scope.parent;
  return ts.isSourceFile(scope);
}

function isScope(node: ts.Node): boolean {
  return (
    ts.isSourceFile(node) ||
    ts.isFunctionLike(node) ||
    ts.isClassLike(node) ||
    ts.isBlock(node) ||
    ts.isModuleBlock(node) ||
    ts.isCaseBlock(node) ||
    ts.isCatchClause(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isTypeLiteralNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isEnumDeclaration(node)
  );
}

function isPropertyName(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent) || ts.isImportSpecifier(parent))
    return parent.propertyName === node;
  if (ts.isMetaProperty(parent) || ts.isExportSpecifier(parent)) return true;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return true;
  const isMember =
    ts.isPropertyAssignment(parent) || ts.isClassElement(parent) || ts.isEnumMember(parent);
  return isMember && parent.name === node;
}
