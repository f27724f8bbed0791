import { isGuardedImport } from "./guards.js";
import { textOf, type PythonImport, type PythonSource, type SyntaxNode } from "./module.js";
import { enclosingFunctionName } from "./scopes.js";
import { childByField, dottedName, walk } from "./syntax.js";

/** Every import of a tree, in the order of the text; one for each module of `import a, b`. */
export function importsOf(module: PythonSource, tree: SyntaxNode): readonly PythonImport[] {
  return importStatements(tree).flatMap((statement): readonly PythonImport[] => {
    const shared = {
      isGuarded: isGuardedImport(module, statement),
      functionName: enclosingFunctionName(module, statement),
      line: statement.line,
    };
    const from = sourceModule(module, statement);
    return from === undefined
      ? importedParts(module, statement).map(({ name }) => ({ module: name, names: undefined, ...shared }))
      : [{ module: from, names: fromNames(module, statement), ...shared }];
  });
}

/** What each imported name of a tree stands for; of one name imported twice, the later. */
export function importedNamesOf(module: PythonSource, tree: SyntaxNode): ReadonlyMap<string, string> {
  return new Map(
    importStatements(tree).flatMap((statement) => {
      const from = sourceModule(module, statement);
      return importedParts(module, statement).map(({ name, alias }): readonly [string, string] => {
        if (from === undefined) return alias === undefined ? [firstPart(name), firstPart(name)] : [alias, name];
        return [alias ?? name, from.endsWith(".") ? from + name : `${from}.${name}`];
      });
    }),
  );
}

const kinds: ReadonlySet<string> = new Set(["import_statement", "import_from_statement", "future_import_statement"]);

function importStatements(tree: SyntaxNode): readonly SyntaxNode[] {
  return [...walk(tree)].filter((node) => kinds.has(node.kind));
}

/** `..a.b` of `from ..a.b import c`; undefined for `import a`. */
function sourceModule(module: PythonSource, statement: SyntaxNode): string | undefined {
  if (statement.kind === "import_statement") return undefined;
  const name = childByField(statement, "module_name");
  return name === undefined ? "__future__" : textOf(module, name).replace(/\s/g, "");
}

function fromNames(module: PythonSource, statement: SyntaxNode): readonly string[] {
  const isStar = statement.children.some((child) => child.kind === "wildcard_import");
  return isStar ? ["*"] : importedParts(module, statement).map(({ name }) => name);
}

function importedParts(
  module: PythonSource,
  statement: SyntaxNode,
): readonly { readonly name: string; readonly alias: string | undefined }[] {
  return statement.children
    .filter((child) => child.field === "name")
    .map((child) => {
      const alias = childByField(child, "alias");
      return {
        name: dottedName(module, childByField(child, "name") ?? child) ?? "",
        alias: alias && textOf(module, alias),
      };
    });
}

function firstPart(dotted: string): string {
  return dotted.split(".")[0] ?? dotted;
}
