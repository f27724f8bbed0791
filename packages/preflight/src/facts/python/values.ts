import { environmentAccess } from "./environment-access.js";
import { textOf, type PythonScope, type PythonValue, type SyntaxNode } from "./module.js";
import { meaningOf, resolvedName } from "./names.js";
import { directory, joinedPath, joinedText, known, type PartialText } from "./partial-text.js";
import { childByField, dottedName, stringPart } from "./syntax.js";

/**
 * What an expression gives, as far as the file itself tells. A name counts when it is bound once, at module level or in
 * the function around it; a parameter counts as its default. An operation between texts gives a text whose unknown
 * parts stand in braces: `{MODEL_PATH}` for a variable of the environment or of the program, `{?}` for the rest.
 */
export function valueOf(module: PythonScope, node: SyntaxNode): PythonValue {
  return evaluate({ module, depth: 0 }, node);
}

interface Evaluation {
  readonly module: PythonScope;
  readonly depth: number;
}

/** Names that lead to names, or nested calls, beyond this are left alone. */
const maxDepth = 200;
const maxWrittenLength = 120;

/** Values found so far; `other` while one is being found, so that `x = x + 1` ends. */
const values = new WeakMap<SyntaxNode, PythonValue>();

function evaluate(at: Evaluation, node: SyntaxNode): PythonValue {
  const found = values.get(node);
  if (found !== undefined) return found;
  const unknown = other(at.module, node);
  if (at.depth > maxDepth) return unknown;
  values.set(node, unknown);
  const value = expressionValue({ module: at.module, depth: at.depth + 1 }, node);
  values.set(node, value);
  return value;
}

function expressionValue(at: Evaluation, node: SyntaxNode): PythonValue {
  const [first] = node.children;
  switch (node.kind) {
    case "string":
    case "concatenated_string":
      return text(at, node, joinedText(stringParts(at, node)));
    case "integer":
    case "float":
      return numberValue(at.module, node);
    case "unary_operator":
      return negated(at, node);
    case "true":
    case "false":
      return { kind: "boolean", isTrue: node.kind === "true" };
    case "none":
      return { kind: "none" };
    case "list":
    case "tuple":
    case "set":
    case "expression_list":
      return { kind: "list", items: node.children.map((item) => itemValue(at, item)) };
    case "dictionary":
      return dictionary(at, node);
    case "parenthesized_expression":
      return first === undefined ? other(at.module, node) : evaluate(at, first);
    case "identifier":
      return nameValue(at, node);
    case "binary_operator":
      return operation(at, node);
    case "boolean_operator":
      return withFallback(at, node);
    case "attribute":
      return attributeValue(at, node);
    case "subscript":
      return environmentValue(at, node) ?? parentByIndex(at, node) ?? entryValue(at, node) ?? other(at.module, node);
    case "call":
      return environmentValue(at, node) ?? callValue(at, node) ?? other(at.module, node);
    default:
      return other(at.module, node);
  }
}

function other(module: PythonScope, node: SyntaxNode): PythonValue {
  const end = Math.min(node.end, node.start + maxWrittenLength);
  return { kind: "other", written: module.source.text.slice(node.start, end) };
}

function text(at: Evaluation, node: SyntaxNode, result: PartialText | undefined): PythonValue {
  return result === undefined ? other(at.module, node) : { kind: "text", ...result };
}

function* stringParts(at: Evaluation, node: SyntaxNode): Generator<PartialText> {
  const strings = node.kind === "string" ? [node] : node.children;
  for (const string of strings) {
    for (const child of string.children) {
      const expression = child.kind === "interpolation" ? childByField(child, "expression") : undefined;
      yield expression === undefined ? known(stringPart(at.module, string, child)) : textPart(at, expression);
    }
  }
}

/** A node as a part of a longer text. */
function textPart(at: Evaluation, node: SyntaxNode, value = evaluate(at, node)): PartialText {
  switch (value.kind) {
    case "text":
      return value;
    case "number":
      return known(String(value.number));
    case "environment":
      return { text: `{${value.name}}`, isKnown: false };
    default:
      return { text: `{${shortName(at, node)}}`, isKnown: false };
  }
}

function shortName(at: Evaluation, node: SyntaxNode): string {
  const name = dottedName(at.module, node);
  return name !== undefined && name.length <= maxWrittenLength ? name : "?";
}

function numberValue(module: PythonScope, node: SyntaxNode): PythonValue {
  const number = Number(textOf(module, node).replaceAll("_", ""));
  return Number.isNaN(number) ? other(module, node) : { kind: "number", number };
}

function negated(at: Evaluation, node: SyntaxNode): PythonValue {
  const value = evaluate(at, childByField(node, "argument") ?? node);
  const isMinus = at.module.source.text[node.start] === "-";
  return isMinus && value.kind === "number" ? { kind: "number", number: -value.number } : other(at.module, node);
}

/** Collections behind names are not followed into collections: ten lines could otherwise write out a billion items. */
function itemValue(at: Evaluation, node: SyntaxNode): PythonValue {
  const value = evaluate(at, node);
  const isCollection = value.kind === "list" || value.kind === "dict";
  return isCollection && !writtenCollections.has(node.kind) ? other(at.module, node) : value;
}

const writtenCollections: ReadonlySet<string> = new Set(["list", "tuple", "set", "dictionary"]);

function dictionary(at: Evaluation, node: SyntaxNode): PythonValue {
  const entries = node.children.map((pair) => {
    const key = childByField(pair, "key");
    const value = childByField(pair, "value");
    return key === undefined || value === undefined
      ? { key: other(at.module, pair), value: other(at.module, pair) }
      : { key: itemValue(at, key), value: itemValue(at, value) };
  });
  return { kind: "dict", entries };
}

function nameValue(at: Evaluation, node: SyntaxNode): PythonValue {
  const meaning = meaningOf(at.module, node);
  const name = textOf(at.module, node);
  if (meaning.kind === "module" && name === "__file__") return { kind: "text", text: "{__file__}", isKnown: false };
  const bound = meaning.kind === "local" ? meaning.value : undefined;
  const value = meaning.kind === "module" ? at.module.constants.get(name) : bound && evaluate(at, bound);
  return value === undefined || value.kind === "other" ? other(at.module, node) : value;
}

/** `a + b` of texts, `a / b` of paths. */
function operation(at: Evaluation, node: SyntaxNode): PythonValue {
  const left = childByField(node, "left");
  const right = childByField(node, "right");
  if (left === undefined || right === undefined) return other(at.module, node);
  const operator = at.module.source.text.slice(left.end, right.start).replace(/[()\s]/g, "");
  if (operator !== "+" && operator !== "/") return other(at.module, node);
  const operands = [left, right].map((operand) => ({ operand, value: evaluate(at, operand) }));
  if (!operands.some(({ value }) => value.kind === "text")) return other(at.module, node);
  const parts = operands.map(({ operand, value }) => textPart(at, operand, value));
  return text(at, node, operator === "+" ? joinedText(parts) : joinedPath(parts));
}

/** `os.environ.get("X") or y`. */
function withFallback(at: Evaluation, node: SyntaxNode): PythonValue {
  const left = childByField(node, "left");
  const right = childByField(node, "right");
  if (left === undefined || right === undefined) return other(at.module, node);
  const isOr = /\bor\b/.test(at.module.source.text.slice(left.end, right.start));
  const value = evaluate(at, left);
  if (!isOr || value.kind !== "environment") return other(at.module, node);
  return { ...value, fallback: value.fallback ?? evaluate(at, right) };
}

function environmentValue(at: Evaluation, node: SyntaxNode): PythonValue | undefined {
  const access = environmentAccess(at.module, node);
  if (access === undefined) return undefined;
  const name = evaluate(at, access.name);
  if (name.kind !== "text" || !name.isKnown) return undefined;
  const fallback = access.fallback === undefined ? undefined : evaluate(at, access.fallback);
  return { kind: "environment", name: name.text, fallback: fallback?.kind === "none" ? undefined : fallback };
}

/** `Path(x).parent` and `os.sep`. */
function attributeValue(at: Evaluation, node: SyntaxNode): PythonValue {
  const name = resolvedName(at.module, node);
  if (name === "os.sep" || name === "os.path.sep") return { kind: "text", text: "/", isKnown: true };
  const object = childByField(node, "object");
  if (object === undefined || fieldText(at, node, "attribute") !== "parent") return other(at.module, node);
  const value = evaluate(at, object);
  return value.kind === "text" ? text(at, node, directory(value)) : other(at.module, node);
}

/** `Path(x).parents[1]`. */
function parentByIndex(at: Evaluation, node: SyntaxNode): PythonValue | undefined {
  const parents = childByField(node, "value");
  const index = childByField(node, "subscript");
  if (parents?.kind !== "attribute" || index?.kind !== "integer") return undefined;
  if (fieldText(at, parents, "attribute") !== "parents") return undefined;
  const levels = Number(textOf(at.module, index)) + 1;
  const object = evaluate(at, childByField(parents, "object") ?? parents);
  if (object.kind !== "text" || !(levels <= 20)) return undefined;
  let result: PartialText = object;
  for (let level = 0; level < levels; level++) result = directory(result);
  return text(at, node, result);
}

/** `CONFIG["model"]`, as the dictionary was written: what is put into it later is not seen. */
function entryValue(at: Evaluation, node: SyntaxNode): PythonValue | undefined {
  const whole = childByField(node, "value");
  const index = childByField(node, "subscript");
  const dictionary = whole && evaluate(at, whole);
  const wanted = index && evaluate(at, index);
  if (dictionary?.kind !== "dict" || wanted?.kind !== "text" || !wanted.isKnown) return undefined;
  return dictionary.entries.findLast(({ key }) => key.kind === "text" && key.isKnown && key.text === wanted.text)
    ?.value;
}

function fieldText(at: Evaluation, node: SyntaxNode, field: string): string {
  const child = childByField(node, field);
  return child === undefined ? "" : textOf(at.module, child);
}

function callValue(at: Evaluation, node: SyntaxNode): PythonValue | undefined {
  const callee = childByField(node, "function");
  const parameters =
    childByField(node, "arguments")?.children.filter((child) => child.kind !== "keyword_argument") ?? [];
  const [first] = parameters;
  if (callee === undefined) return undefined;
  const name = resolvedName(at.module, callee) ?? "";
  if (name === "os.getcwd" || name === "pathlib.Path.cwd") return { kind: "text", text: ".", isKnown: true };
  if (first !== undefined) {
    if (pathJoiners.has(name)) return text(at, node, joinedPath(parameters.map((part) => textPart(at, part))));
    if (name === "os.path.dirname") return text(at, node, directory(textPart(at, first)));
    if (passedOn.has(name)) return evaluate(at, first);
  }
  return pathMethodValue(at, node, callee, parameters);
}

const pathJoiners: ReadonlySet<string> = new Set([
  "os.path.join",
  "pathlib.Path",
  "pathlib.PurePath",
  "pathlib.PurePosixPath",
  "pathlib.PosixPath",
]);

/** Give what they are given, as far as a path's place or a variable's name goes. */
const passedOn: ReadonlySet<string> = new Set([
  "os.fspath",
  "os.path.abspath",
  "os.path.expanduser",
  "os.path.expandvars",
  "os.path.normpath",
  "os.path.realpath",
  "bool",
  "float",
  "int",
  "str",
]);

/** `Path(x).joinpath(y)`, `.resolve()`, … */
function pathMethodValue(
  at: Evaluation,
  node: SyntaxNode,
  callee: SyntaxNode,
  parameters: readonly SyntaxNode[],
): PythonValue | undefined {
  const object = callee.kind === "attribute" ? childByField(callee, "object") : undefined;
  if (object === undefined) return undefined;
  const method = fieldText(at, callee, "attribute");
  if (method === "joinpath")
    return text(at, node, joinedPath([object, ...parameters].map((part) => textPart(at, part))));
  return placeKeepers.has(method) ? textOnly(evaluate(at, object)) : undefined;
}

const placeKeepers: ReadonlySet<string> = new Set(["absolute", "as_posix", "expanduser", "resolve"]);

function textOnly(value: PythonValue): PythonValue | undefined {
  return value.kind === "text" ? value : undefined;
}
