import type { PythonScope, SyntaxNode } from "./module.js";
import { resolvedName } from "./names.js";
import { childByField } from "./syntax.js";

/** `os.environ["X"]`, `os.environ.get("X", y)`, `os.getenv("X")` or `"X" in os.environ`, not yet evaluated. */
export interface EnvironmentAccess {
  readonly name: SyntaxNode;
  readonly fallback: SyntaxNode | undefined;
  readonly raisesWhenUnset: boolean;
}

/** How a node reads the environment; undefined: it does not. */
export function environmentAccess(module: PythonScope, node: SyntaxNode): EnvironmentAccess | undefined {
  switch (node.kind) {
    case "subscript":
      return subscriptAccess(module, node);
    case "call":
      return callAccess(module, node);
    case "comparison_operator":
      return membershipAccess(module, node);
    default:
      return undefined;
  }
}

const readers: ReadonlySet<string> = new Set(["os.getenv", "os.environ.get", "os.environ.pop"]);

function subscriptAccess(module: PythonScope, node: SyntaxNode): EnvironmentAccess | undefined {
  const name = childByField(node, "subscript");
  const isWritten = node.field === "left" || node.parent?.kind === "delete_statement";
  if (name === undefined || isWritten || !isEnvironment(module, childByField(node, "value"))) return undefined;
  return { name, fallback: undefined, raisesWhenUnset: true };
}

function callAccess(module: PythonScope, node: SyntaxNode): EnvironmentAccess | undefined {
  const reader = resolvedName(module, childByField(node, "function") ?? node);
  if (reader === undefined || !readers.has(reader)) return undefined;
  const [name, second] = childByField(node, "arguments")?.children ?? [];
  if (name === undefined) return undefined;
  const fallback = second?.kind === "keyword_argument" ? childByField(second, "value") : second;
  return { name, fallback, raisesWhenUnset: reader === "os.environ.pop" && fallback === undefined };
}

function membershipAccess(module: PythonScope, node: SyntaxNode): EnvironmentAccess | undefined {
  const [name, container] = node.children;
  if (name === undefined || !isEnvironment(module, container)) return undefined;
  return { name, fallback: undefined, raisesWhenUnset: false };
}

function isEnvironment(module: PythonScope, node: SyntaxNode | undefined): boolean {
  return node !== undefined && resolvedName(module, node) === "os.environ";
}
