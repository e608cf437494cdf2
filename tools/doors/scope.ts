import ts from 'typescript';

/** Whether a name means something that the file itself declares around this place, and not a global. */
export function isDeclaredAround(identifier: ts.Identifier): boolean {
  for (let scope: ts.Node = identifier.parent; scope !== undefined; scope = scope.parent) {
    if (declaredIn(scope).some((name) => name === identifier.text)) return true;
  }
  return false;
}

/** Names that a scope declares for what is inside it. */
function declaredIn(scope: ts.Node): readonly string[] {
  if (ts.isFunctionLike(scope)) {
    const own = ts.isFunctionExpression(scope) && scope.name ? [scope.name.text] : [];
    return [...own, ...scope.parameters.flatMap((parameter) => namesIn(parameter.name))];
  }
  if (ts.isSourceFile(scope) || ts.isBlock(scope) || ts.isModuleBlock(scope) || ts.isCaseOrDefaultClause(scope)) {
    return scope.statements.flatMap(namesOfStatement);
  }
  if (ts.isForStatement(scope) || ts.isForOfStatement(scope) || ts.isForInStatement(scope)) {
    const start = scope.initializer;
    return start && ts.isVariableDeclarationList(start) ? namesOfList(start) : [];
  }
  return ts.isCatchClause(scope) && scope.variableDeclaration ? namesIn(scope.variableDeclaration.name) : [];
}

function namesOfStatement(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) return namesOfList(statement.declarationList);
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    return statement.name ? [statement.name.text] : [];
  }
  return ts.isImportDeclaration(statement) ? importedNames(statement) : [];
}

function namesOfList(list: ts.VariableDeclarationList): readonly string[] {
  return list.declarations.flatMap((declaration) => namesIn(declaration.name));
}

function namesIn(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

function importedNames({ importClause }: ts.ImportDeclaration): readonly string[] {
  if (!importClause) return [];
  const { name, namedBindings: bindings } = importClause;
  const own = name ? [name.text] : [];
  if (!bindings) return own;
  if (ts.isNamespaceImport(bindings)) return [...own, bindings.name.text];
  return [...own, ...bindings.elements.map((element) => element.name.text)];
}
