import { textOf, type PythonSource, type SyntaxNode } from "./module.js";
import { childByField } from "./syntax.js";

/** The function or lambda whose body a node stands in: parameters and decorators are outside. */
export function enclosingFunction(node: SyntaxNode): SyntaxNode | undefined {
  let inside = node;
  for (let above = node.parent; above !== undefined; above = above.parent) {
    if (isFunction(above) && inside.field === "body") return above;
    inside = above;
  }
  return undefined;
}

/** Name of the enclosing function, `<lambda>` as Python calls one without; undefined at module level. */
export function enclosingFunctionName(module: PythonSource, node: SyntaxNode): string | undefined {
  const outer = enclosingFunction(node);
  if (outer === undefined) return undefined;
  const name = childByField(outer, "name");
  return name === undefined ? "<lambda>" : textOf(module, name);
}

/** A `def` or a `lambda`. */
export function isFunction(node: SyntaxNode): boolean {
  return node.kind === "function_definition" || node.kind === "lambda";
}

/** The nodes that run with a scope's own names: of nested functions and classes only the statement itself. */
export function* ownNodes(scope: SyntaxNode): Generator<SyntaxNode> {
  const waiting = scope.kind === "module" ? [scope] : scope.children.filter((child) => child.field === "body");
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    if (isFunction(next) || next.kind === "class_definition") continue;
    for (let i = next.children.length - 1; i >= 0; i--) waiting.push(next.children[i] as SyntaxNode);
  }
}
