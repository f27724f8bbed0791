import { parametersOf } from "./bindings.js";
import { textOf, type PythonFunction, type PythonSource, type SyntaxNode } from "./module.js";
import { isFunction } from "./scopes.js";
import { ancestors, childByField, walk } from "./syntax.js";

/** Every `def` of a tree, in the order of the text. */
export function functionsOf(module: PythonSource, tree: SyntaxNode): readonly PythonFunction[] {
  return [...walk(tree)].flatMap((node) => {
    const name = childByField(node, "name");
    const body = childByField(node, "body");
    if (node.kind !== "function_definition" || name === undefined || body === undefined) return [];
    return [
      {
        name: textOf(module, name),
        parameters: parametersOf(node).map((parameter) => textOf(module, parameter.name)),
        isAsync: textOf(module, node).startsWith("async"),
        className: classNameOf(module, node),
        body,
        line: node.line,
      },
    ];
  });
}

/** A function inside a method belongs to no class. */
function classNameOf(module: PythonSource, node: SyntaxNode): string | undefined {
  for (const around of ancestors(node)) {
    if (isFunction(around)) return undefined;
    const name = around.kind === "class_definition" ? childByField(around, "name") : undefined;
    if (name !== undefined) return textOf(module, name);
  }
  return undefined;
}
