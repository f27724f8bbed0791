import { type SyntaxNode, textOf } from "#facts/python/module.js";
import { ancestors, childByField, stringValue, walk } from "#facts/python/syntax.js";
import { valueOf } from "#facts/python/values.js";
import { bodyNodes, entryRead, type Handler, isInput } from "./handler.js";

/** Names of which a job must have one, and the node that says so. */
export interface RequiredNames {
  readonly names: readonly string[];
  readonly node: SyntaxNode;
}

/**
 * Fields that a function asks for by turning a job away: `if not url: return {"error": …}`, `if "url" not in data: raise`,
 * `for name in ["url"]: if name not in data: …`; and fields that choose another way: `if data.get("info"): return …`.
 */
export function requiredByConditions(handler: Handler): {
  readonly required: readonly RequiredNames[];
  readonly switches: readonly string[];
} {
  const required: RequiredNames[] = [];
  const switches: string[] = [];
  const fields = fieldsByName(handler);
  for (const node of bodyNodes(handler.function)) {
    if (node.kind === "if_statement") {
      const condition = childByField(node, "condition");
      if (condition === undefined || condition.end - condition.start > maxConditionLength) continue;
      if (failsWithout(node, handler)) {
        const groups = isUnconditional(node, handler) ? missingFields(condition, handler, fields) : [];
        required.push(...groups.map((names) => ({ names, node })));
      } else if (leaves(node)) {
        switches.push(...fieldsOf(condition, handler, fields));
      }
    } else if (isMembership(node)) {
      const names = listedNames(node, handler);
      if (names.length > 0 && isUnconditional(loopOf(node) ?? node, handler)) {
        required.push(...names.map((name) => ({ names: [name], node })));
      }
    }
  }
  return { required, switches };
}

/** Whether a node runs for every job: in no branch, loop or lambda, and in no `try` that goes on after the error. */
export function isUnconditional(node: SyntaxNode, handler: Handler): boolean {
  let part = node;
  let level = 0;
  for (const around of ancestors(node)) {
    if (part === handler.function.body) return true;
    if (++level > maxLevels) return false;
    if (branches.has(around.kind)) {
      const isFirst = part.field === "condition" || (around.kind === "boolean_operator" && part.field === "left");
      const isIterable = around.kind === "for_statement" && part.field === "right";
      if (!isFirst && !isIterable) return false;
    }
    if (around.kind === "try_statement" && part.field === "body" && goesOn(around, handler)) return false;
    part = around;
  }
  return true;
}

/** Deeper nesting, and longer conditions, are left alone: nobody writes them by hand. */
const maxLevels = 100;
const maxConditionLength = 2000;

const branches: ReadonlySet<string> = new Set([
  "boolean_operator",
  "case_clause",
  "conditional_expression",
  "dictionary_comprehension",
  "except_clause",
  "for_statement",
  "generator_expression",
  "if_statement",
  "lambda",
  "list_comprehension",
  "set_comprehension",
  "while_statement",
]);

/** An except that neither returns nor raises: the function goes on. */
function goesOn(statement: SyntaxNode, handler: Handler): boolean {
  const known = goesOnByStatement.get(statement);
  if (known !== undefined) return known;
  const found = statement.children
    .filter(({ kind }) => kind === "except_clause")
    .some((clause) => !/\b(?:return|raise|yield)\b/.test(textOf(handler.module.module, clause)));
  goesOnByStatement.set(statement, found);
  return found;
}

const goesOnByStatement = new WeakMap<SyntaxNode, boolean>();

/** Whether an `if` ends the function with a failure. */
export function failsWithout(node: SyntaxNode, { module }: Handler): boolean {
  const body = childByField(node, "consequence");
  return (body?.children ?? []).some((statement) => {
    const text = textOf(module.module, statement);
    if (statement.kind === "raise_statement") return true;
    const speaksOfFailure = /error|fail|missing|invalid|required/i.test(text);
    return speaksOfFailure && (statement.kind === "return_statement" || /\.append\(|^yield\b/.test(text));
  });
}

function leaves(node: SyntaxNode): boolean {
  return (childByField(node, "consequence")?.children ?? []).some(({ kind }) => kind === "return_statement");
}

/** Local names that hold what a field gives and nothing else: `url = data.get("url") or data.get("link")`. */
function fieldsByName(handler: Handler): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>();
  for (const node of bodyNodes(handler.function)) {
    const target = node.kind === "assignment" ? childByField(node, "left") : undefined;
    const value = childByField(node, "right");
    if (target?.kind !== "identifier" || value === undefined) continue;
    const name = textOf(handler.module.module, target);
    const names = value.end - value.start > maxConditionLength ? undefined : alternatives(value, handler);
    // Bound twice: what the name holds at the test is not known.
    if (fields.has(name)) fields.set(name, []);
    else fields.set(name, names ?? []);
  }
  return fields;
}

/** The fields of `a.get("x") or a.get("y")`; undefined when something else may be the value. */
function alternatives(node: SyntaxNode, handler: Handler): readonly string[] | undefined {
  if (node.kind === "parenthesized_expression" && node.children[0] !== undefined) {
    return alternatives(node.children[0], handler);
  }
  if (node.kind === "boolean_operator" && operatorOf(node, handler) === "or") {
    const [left, right] = node.children.map((side) => alternatives(side, handler));
    return left === undefined || right === undefined ? undefined : [...left, ...right];
  }
  const module = handler.module.module;
  if (node.kind === "call" && textOf(module, node).endsWith(".strip()")) {
    const object = childByField(childByField(node, "function") ?? node, "object");
    return object && alternatives(object, handler);
  }
  const read = entryRead(module, node);
  if (read === undefined || !isInput(read.object, handler)) return undefined;
  const fallback = node.kind === "call" ? childByField(node, "arguments")?.children[1] : undefined;
  const isEmpty = fallback === undefined || /^(?:None|""|'')$/.test(textOf(module, fallback));
  return isEmpty ? [read.key] : undefined;
}

/** What is missing when the condition holds, one list for each field; names of one list do for each other. */
function missingFields(
  node: SyntaxNode,
  handler: Handler,
  fields: ReadonlyMap<string, readonly string[]>,
): readonly (readonly string[])[] {
  const module = handler.module.module;
  const [first, second] = node.children;
  switch (node.kind) {
    case "parenthesized_expression":
      return first === undefined ? [] : missingFields(first, handler, fields);
    case "boolean_operator": {
      const sides = node.children.map((side) => missingFields(side, handler, fields));
      if (operatorOf(node, handler) === "or") return sides.flat();
      return sides.every(({ length }) => length === 1) ? [sides.flat(2)] : [];
    }
    case "not_operator": {
      const operand = first && unparenthesized(first);
      if (operand === undefined) return [];
      const isConjunction = operand.kind === "boolean_operator" && operatorOf(operand, handler) === "and";
      const listed = /^all\(\s*[[(]/.test(textOf(module, operand))
        ? childByField(operand, "arguments")?.children[0]?.children
        : undefined;
      const parts = listed ?? (isConjunction ? operand.children : [operand]);
      return parts.map((part) => presentFields(part, handler, fields)).filter(({ length }) => length > 0);
    }
    case "comparison_operator": {
      const text = textOf(module, node);
      if (first !== undefined && /\bis\s+None$/.test(text)) {
        return [presentFields(first, handler, fields)].filter(({ length }) => length > 0);
      }
      const key = first && stringValue(module, first);
      const isAbsence = second !== undefined && /\bnot\s+in\b/.test(text) && isInput(second, handler);
      return isAbsence && key !== undefined && node.children.length === 2 ? [[key]] : [];
    }
    default:
      return [];
  }
}

/** Fields that a truth value stands for. */
function presentFields(
  node: SyntaxNode,
  handler: Handler,
  fields: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const module = handler.module.module;
  if (node.kind === "identifier") return fields.get(textOf(module, node)) ?? [];
  if (node.kind === "comparison_operator") {
    const [key, input] = node.children;
    const name = key && stringValue(module, key);
    const isPresence = input !== undefined && !/\bnot\b/.test(textOf(module, node)) && isInput(input, handler);
    return isPresence && name !== undefined ? [name] : [];
  }
  return alternatives(node, handler) ?? [];
}

/** Every field that a condition looks at. */
function fieldsOf(
  condition: SyntaxNode,
  handler: Handler,
  fields: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const module = handler.module.module;
  return [...walk(condition)].flatMap((node) => {
    const read = entryRead(module, node);
    if (read !== undefined && isInput(read.object, handler)) return [read.key];
    if (node.kind === "identifier") return fields.get(textOf(module, node)) ?? [];
    return [];
  });
}

/** `name not in data`, `name in data` or `data.get(name)`, with a name that runs through a list. */
function isMembership(node: SyntaxNode): boolean {
  return node.kind === "comparison_operator" || node.kind === "call";
}

function listedNames(node: SyntaxNode, handler: Handler): readonly string[] {
  const module = handler.module.module;
  const variable = node.kind === "call" ? gottenName(node, handler) : testedName(node, handler);
  const loop = loopOf(node);
  if (variable === undefined || loop === undefined) return [];
  const clause = loop.kind === "for_statement" ? loop : loop.children.find(({ kind }) => kind === "for_in_clause");
  const target = clause && childByField(clause, "left");
  const list = clause && childByField(clause, "right");
  if (target === undefined || list === undefined || textOf(module, target) !== variable) return [];
  if (loop.kind === "for_statement" && !endsInLoop(node, loop, handler)) return [];
  const value = valueOf(module, list);
  if (value.kind !== "list") return [];
  return value.items.flatMap((item) => (item.kind === "text" && item.isKnown ? [item.text] : []));
}

function testedName(node: SyntaxNode, handler: Handler): string | undefined {
  const [key, input] = node.children;
  const isTest =
    key?.kind === "identifier" && input !== undefined && node.children.length === 2 && isInput(input, handler);
  return isTest && /\bin\b/.test(textOf(handler.module.module, node)) ? textOf(handler.module.module, key) : undefined;
}

function gottenName(node: SyntaxNode, handler: Handler): string | undefined {
  const callee = childByField(node, "function");
  const object = callee && childByField(callee, "object");
  const given = childByField(node, "arguments")?.children ?? [];
  const isGet =
    object !== undefined && isInput(object, handler) && textOf(handler.module.module, callee ?? node).endsWith(".get");
  return isGet && given.length === 1 && given[0]?.kind === "identifier"
    ? textOf(handler.module.module, given[0])
    : undefined;
}

/** The loop or comprehension around a test, within a few nodes. */
function loopOf(node: SyntaxNode): SyntaxNode | undefined {
  let level = 0;
  for (const around of ancestors(node)) {
    if (/^(?:for_statement|list_comprehension|generator_expression)$/.test(around.kind)) return around;
    if (++level === 6) break;
  }
  return undefined;
}

function endsInLoop(node: SyntaxNode, loop: SyntaxNode, handler: Handler): boolean {
  for (const around of ancestors(node)) {
    if (around === loop) return false;
    if (around.kind === "if_statement") return failsWithout(around, handler);
  }
  return false;
}

function unparenthesized(node: SyntaxNode): SyntaxNode {
  return node.kind === "parenthesized_expression" ? (node.children[0] ?? node) : node;
}

function operatorOf(node: SyntaxNode, { module }: Handler): "and" | "or" {
  const [left, right] = node.children;
  const between = left && right ? module.module.source.text.slice(left.end, right.start) : "";
  return /\bor\b/.test(between) ? "or" : "and";
}
