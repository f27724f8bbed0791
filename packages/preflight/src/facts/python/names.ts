import { bindingsOf, targetNames } from "./bindings.js";
import { textOf, type PythonScope, type PythonSource, type SyntaxNode } from "./module.js";
import { isFunction } from "./scopes.js";
import { childByField, dottedName } from "./syntax.js";

/** What a name means where it is used. */
export type NameMeaning =
  /** Bound in a function around it; `value` when it is bound once, to something written. */
  | { readonly kind: "local"; readonly value: SyntaxNode | undefined }
  /** Imported, as this dotted name. */
  | { readonly kind: "import"; readonly dotted: string }
  /** A name of the module, or a builtin. */
  | { readonly kind: "module" };

/** Looks a name up as Python does: comprehensions and functions around it, then the module. */
export function meaningOf(module: PythonScope, node: SyntaxNode): NameMeaning {
  const name = textOf(module, node);
  let inside = node;
  for (let above = node.parent; above !== undefined; above = above.parent) {
    if (isComprehension(above) && comprehensionBinds(module, above, name)) return { kind: "local", value: undefined };
    if (isFunction(above) && inside.field === "body") {
      const binding = bindingsOf(module, above).get(name);
      if (binding?.isImport) break;
      if (binding !== undefined) return { kind: "local", value: binding.value };
    }
    inside = above;
  }
  const dotted = module.importedNames.get(name);
  return dotted === undefined ? { kind: "module" } : { kind: "import", dotted };
}

/** `sp.run` after `import subprocess as sp` is `subprocess.run`; undefined when anything but names is in it. */
export function resolvedName(module: PythonScope, node: SyntaxNode): string | undefined {
  const written = dottedName(module, node);
  if (written === undefined) return undefined;
  let head = node;
  for (let left = childByField(head, "object"); left !== undefined; left = childByField(head, "object")) head = left;
  const meaning = meaningOf(module, head);
  return meaning.kind === "import" ? meaning.dotted + written.slice(textOf(module, head).length) : written;
}

function isComprehension(node: SyntaxNode): boolean {
  return node.kind.endsWith("_comprehension") || node.kind === "generator_expression";
}

function comprehensionBinds(module: PythonSource, comprehension: SyntaxNode, name: string): boolean {
  return comprehension.children
    .filter((child) => child.kind === "for_in_clause")
    .flatMap((clause) => targetNames(childByField(clause, "left") ?? clause))
    .some((target) => textOf(module, target) === name);
}
