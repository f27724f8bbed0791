import { environmentAccess } from "./environment-access.js";
import { isCaught } from "./guards.js";
import type { EnvironmentRead, PythonScope, SyntaxNode } from "./module.js";
import { enclosingFunctionName } from "./scopes.js";
import { walk } from "./syntax.js";
import { valueOf } from "./values.js";

/** Every read of an environment variable whose name is known, in the order of the text. */
export function environmentReadsOf(module: PythonScope, tree: SyntaxNode): readonly EnvironmentRead[] {
  return [...walk(tree)].flatMap((node) => {
    const access = environmentAccess(module, node);
    const name = access && valueOf(module, access.name);
    if (access === undefined || name?.kind !== "text" || !name.isKnown) return [];
    return [
      {
        name: name.text,
        raisesWhenUnset: access.raisesWhenUnset && !isCaught(module, node, unsetErrors),
        fallback: fallbackOf(module, node),
        functionName: enclosingFunctionName(module, node),
        line: node.line,
      },
    ];
  });
}

const unsetErrors: ReadonlySet<string> = new Set(["KeyError", "LookupError"]);

/** The fallback of the read itself, or of an `or` behind it. */
function fallbackOf(module: PythonScope, node: SyntaxNode): EnvironmentRead["fallback"] {
  const { parent } = node;
  const whole = parent?.kind === "boolean_operator" && node.field === "left" ? parent : node;
  const value = valueOf(module, whole);
  return value.kind === "environment" ? value.fallback : undefined;
}
