import { isInTry } from "./guards.js";
import { textOf, type PythonArgument, type PythonCall, type PythonScope, type SyntaxNode } from "./module.js";
import { resolvedName } from "./names.js";
import { enclosingFunctionName } from "./scopes.js";
import { childByField, walk } from "./syntax.js";
import { valueOf } from "./values.js";

/** Every call of a tree, in the order of the text. */
export function callsOf(module: PythonScope, tree: SyntaxNode): readonly PythonCall[] {
  return [...walk(tree)]
    .filter((node) => node.kind === "call")
    .map((node) => ({
      callee: calleeOf(module, childByField(node, "function")),
      arguments: argumentsOf(module, childByField(node, "arguments")),
      functionName: enclosingFunctionName(module, node),
      isInTry: isInTry(node),
      node,
      line: node.line,
    }));
}

function calleeOf(module: PythonScope, callee: SyntaxNode | undefined): string {
  const name = callee && resolvedName(module, callee);
  if (name !== undefined) return name;
  const method = callee && childByField(callee, "attribute");
  return method === undefined ? "?" : `?.${textOf(module, method)}`;
}

/** `f(x for x in y)` has the generator in the place of the parentheses. */
function argumentsOf(module: PythonScope, list: SyntaxNode | undefined): readonly PythonArgument[] {
  if (list === undefined) return [];
  return (list.kind === "argument_list" ? list.children : [list]).map((node) => {
    const value = node.kind === "keyword_argument" ? (childByField(node, "value") ?? node) : node;
    return { name: argumentName(module, node), value: valueOf(module, value), node: value };
  });
}

function argumentName(module: PythonScope, node: SyntaxNode): string | undefined {
  if (node.kind === "list_splat") return "*";
  if (node.kind === "dictionary_splat") return "**";
  const name = node.kind === "keyword_argument" ? childByField(node, "name") : undefined;
  return name && textOf(module, name);
}
