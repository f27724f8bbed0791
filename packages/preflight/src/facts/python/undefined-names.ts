import type { PythonModule, PythonProblem, SyntaxNode } from "./module.js";
import { enclosingFunction, isFunction } from "./scopes.js";
import { ancestors, walk } from "./syntax.js";

/** Uses of unbound names that would be evaluated: text of quoted annotations, and annotations that Python skips, are not. */
export function undefinedNamesOf(
  module: Pick<PythonModule, "source" | "imports" | "hasDynamicNames">,
  tree: SyntaxNode,
  uses: readonly { readonly name: string; readonly offset: number }[],
): readonly PythonProblem[] {
  if (uses.length === 0 || module.hasDynamicNames) return [];
  const skipsAnnotations = module.imports.some(({ names }) => names?.includes("annotations"));
  return uses
    .filter(({ offset, name }) => {
      const node = nodeAt(tree, offset);
      return isEvaluated(node, skipsAnnotations) && !isDeletedByTry(node, name, module.source.text);
    })
    .map(({ name, offset }) => ({ message: name, line: module.source.lineAt(offset) }));
}

function isEvaluated(node: SyntaxNode, skipsAnnotations: boolean): boolean {
  for (const around of [node, ...ancestors(node)]) {
    if (around.kind === "interpolation") return true;
    if (around.kind === "string") return false;
    const isVariable = around.kind === "type" && around.parent?.kind === "assignment";
    if (around.kind === "type" && (skipsAnnotations || (isVariable && enclosingFunction(around) !== undefined)))
      return false;
  }
  return true;
}

/** Where the `try` fails before it comes to its `del name`, the handler still has the name. */
function isDeletedByTry(node: SyntaxNode, name: string, text: string): boolean {
  for (const around of ancestors(node)) {
    if (isFunction(around)) return false;
    if (around.kind !== "except_clause" && around.kind !== "finally_clause") continue;
    const block = around.parent?.children.find(({ field }) => field === "body");
    if (block !== undefined && holdsDelete(block, name, text)) return true;
  }
  return false;
}

function holdsDelete(block: SyntaxNode, name: string, text: string): boolean {
  for (const each of walk(block)) {
    if (each.kind !== "identifier" || text.slice(each.start, each.end) !== name) continue;
    if ([...ancestors(each)].slice(0, 2).some(({ kind }) => kind === "delete_statement")) return true;
  }
  return false;
}

/** The innermost node over an offset. */
function nodeAt(tree: SyntaxNode, offset: number): SyntaxNode {
  let node = tree;
  for (;;) {
    const child = lastStartingBy(node.children, offset);
    if (child === undefined || child.end <= offset) return node;
    node = child;
  }
}

function lastStartingBy(nodes: readonly SyntaxNode[], offset: number): SyntaxNode | undefined {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return nodes[low - 1];
}
