import { textOf, type PythonModule, type PythonScope, type PythonCall, type SyntaxNode } from "./module.js";
import { resolvedName } from "./names.js";
import { childByField, walk } from "./syntax.js";
import { valueOf } from "./values.js";

type SearchPath = PythonModule["addedSearchPaths"][number];

/** What `sys.path.insert`, `append`, `extend`, `+=` and `site.addsitedir` add, in the order of the text. */
export function searchPathsOf(
  module: PythonScope,
  tree: SyntaxNode,
  calls: readonly PythonCall[],
): readonly SearchPath[] {
  return [...calls.flatMap(calledPaths), ...[...walk(tree)].flatMap((node) => assignedPaths(module, node))].sort(
    (a, b) => a.line - b.line,
  );
}

const positions: ReadonlyMap<string, number> = new Map([
  ["sys.path.insert", 1],
  ["sys.path.append", 0],
  ["sys.path.extend", 0],
  ["site.addsitedir", 0],
]);

function calledPaths({ callee, arguments: passed, line }: PythonCall): readonly SearchPath[] {
  const value = passed[positions.get(callee) ?? Number.POSITIVE_INFINITY]?.value;
  return itemsOf(value).map((path) => ({ path, line }));
}

/** `sys.path += [x]` and `sys.path = [x] + sys.path`. */
function assignedPaths(module: PythonScope, node: SyntaxNode): readonly SearchPath[] {
  if (node.kind !== "augmented_assignment" && node.kind !== "assignment") return [];
  const left = childByField(node, "left");
  const right = childByField(node, "right");
  if (
    left === undefined ||
    right === undefined ||
    !/^\w+(?:\.path(?:\[.*\])?)?$/s.test(textOf(module, left).slice(0, 80))
  )
    return [];
  const target = left.kind === "subscript" ? (childByField(left, "value") ?? left) : left;
  if (resolvedName(module, target) !== "sys.path") return [];
  const lists = right.kind === "binary_operator" ? right.children : [right];
  return lists
    .filter((list) => list.kind === "list")
    .flatMap((list) => itemsOf(valueOf(module, list)))
    .map((path) => ({ path, line: node.line }));
}

function itemsOf(value: SearchPath["path"] | undefined): readonly SearchPath["path"][] {
  if (value === undefined) return [];
  return value.kind === "list" ? value.items : [value];
}
