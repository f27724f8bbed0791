import { textOf, type PythonSource, type SyntaxNode } from "./module.js";
import { isFunction, ownNodes } from "./scopes.js";
import { childByField, walk } from "./syntax.js";

/** How a scope binds a name. */
export interface Binding {
  /** The one value that is assigned to it, or a parameter's default; undefined: several, or none that is written. */
  readonly value: SyntaxNode | undefined;
  readonly isImport: boolean;
}

/** The names that a module, a function or a lambda binds in its own scope. */
export function bindingsOf(module: PythonSource, scope: SyntaxNode): ReadonlyMap<string, Binding> {
  const known = knownBindings.get(scope);
  if (known !== undefined) return known;
  const bindings = new Map<string, Binding>();
  const bind = (target: SyntaxNode, value?: SyntaxNode, isImport = false): void => {
    const name = textOf(module, target);
    bindings.set(name, bindings.has(name) ? { value: undefined, isImport: false } : { value, isImport });
  };
  for (const parameter of parametersOf(scope)) bind(parameter.name, parameter.value);
  for (const node of ownNodes(scope)) bindNode(node, bind);
  if (scope.kind === "module") for (const name of globalNames(scope)) bind(name);
  else
    for (const node of ownNodes(scope))
      if (isForeign(node)) for (const name of node.children) bindings.delete(textOf(module, name));
  knownBindings.set(scope, bindings);
  return bindings;
}

/** Names that a target binds: those of tuples, lists and starred parts too, but no attributes or subscripts. */
export function targetNames(target: SyntaxNode): readonly SyntaxNode[] {
  if (target.kind === "identifier") return [target];
  return targetKinds.has(target.kind) ? target.children.flatMap(targetNames) : [];
}

/** A function's parameters with their defaults; none for a module. */
export function parametersOf(
  scope: SyntaxNode,
): readonly { readonly name: SyntaxNode; readonly value: SyntaxNode | undefined }[] {
  const parameters = isFunction(scope) ? (childByField(scope, "parameters")?.children ?? []) : [];
  return parameters.flatMap((parameter) => {
    const named = childByField(parameter, "name") ?? parameter;
    const [name] = named.kind === "typed_parameter" ? targetNames(named.children[0] ?? named) : targetNames(named);
    return name === undefined ? [] : [{ name, value: childByField(parameter, "value") }];
  });
}

type Bind = (target: SyntaxNode, value?: SyntaxNode, isImport?: boolean) => void;

const knownBindings = new WeakMap<SyntaxNode, ReadonlyMap<string, Binding>>();

const targetKinds: ReadonlySet<string> = new Set([
  "as_pattern_target",
  "dictionary_splat_pattern",
  "expression_list",
  "list",
  "list_pattern",
  "list_splat",
  "list_splat_pattern",
  "parenthesized_expression",
  "pattern_list",
  "tuple",
  "tuple_pattern",
]);

function bindNode(node: SyntaxNode, bind: Bind): void {
  switch (node.kind) {
    case "assignment":
      bindAssignment(node, bind);
      return;
    case "augmented_assignment":
    case "for_statement":
      bindField(node, "left", bind);
      return;
    case "named_expression":
      bindField(node, "name", bind, childByField(node, "value"));
      return;
    case "as_pattern_target":
    case "delete_statement":
      for (const child of node.children) for (const name of targetNames(child)) bind(name);
      return;
    case "function_definition":
    case "class_definition":
      bindField(node, "name", bind);
      return;
    case "type_alias_statement":
      for (const name of childByField(node, "left")?.children.slice(0, 1) ?? []) bind(name);
      return;
    case "import_statement":
    case "import_from_statement":
    case "future_import_statement":
      for (const name of node.children.filter((child) => child.field === "name"))
        bind(importedAs(name), undefined, true);
      return;
    case "case_clause":
      for (const pattern of node.children.filter((child) => child.kind === "case_pattern")) bindPattern(pattern, bind);
      return;
    default:
  }
}

/** `a = b = value` binds both to the last; an annotation alone binds nothing. */
function bindAssignment(node: SyntaxNode, bind: Bind): void {
  let value = childByField(node, "right");
  while (value?.kind === "assignment") value = childByField(value, "right");
  const left = childByField(node, "left");
  if (value === undefined || left === undefined) return;
  for (const name of targetNames(left)) bind(name, name === left ? value : undefined);
}

function bindField(node: SyntaxNode, field: string, bind: Bind, value?: SyntaxNode): void {
  const target = childByField(node, field);
  if (target !== undefined) for (const name of targetNames(target)) bind(name, value);
}

/** Takes the class of `case C(x)` for a capture as well: no value depends on it. */
function bindPattern(pattern: SyntaxNode, bind: Bind): void {
  for (const node of walk(pattern)) {
    const [first] = node.children;
    if (first === undefined || !capturingKinds.has(node.kind)) continue;
    const name = node.kind === "as_pattern" ? node.children.at(-1) : first;
    if (name?.kind === "identifier" && (node.kind === "as_pattern" || node.children.length === 1)) bind(name);
  }
}

const capturingKinds: ReadonlySet<string> = new Set(["as_pattern", "dotted_name", "splat_pattern"]);

/** The local name of `a.b` is `a`, of `a.b as c` it is `c`. */
function importedAs(name: SyntaxNode): SyntaxNode {
  return childByField(name, "alias") ?? name.children[0] ?? name;
}

function isForeign(node: SyntaxNode): boolean {
  return node.kind === "global_statement" || node.kind === "nonlocal_statement";
}

function* globalNames(tree: SyntaxNode): Generator<SyntaxNode> {
  for (const node of walk(tree)) if (node.kind === "global_statement") yield* node.children;
}
