import type { PythonModule, PythonProblem, SyntaxNode } from "./module.js";
import { enclosingFunction } from "./scopes.js";
import { ancestors } from "./syntax.js";

/** Uses of unbound names that would be evaluated: text of quoted annotations, and annotations that Python skips, are not. */
export function undefinedNamesOf(
  module: Pick<PythonModule, "source" | "imports" | "hasDynamicNames">,
  tree: SyntaxNode,
  uses: readonly { readonly name: string; readonly offset: number }[],
): readonly PythonProblem[] {
  if (uses.length === 0 || module.hasDynamicNames) return [];
  const skipsAnnotations = module.imports.some(({ names }) => names?.includes("annotations"));
  return uses
    .filter(({ offset }) => isEvaluated(nodeAt(tree, offset), skipsAnnotations))
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
