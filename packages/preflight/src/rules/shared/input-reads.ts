import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { bindingsOf } from "#facts/python/bindings.js";
import { type PythonModule, type SyntaxNode, textOf } from "#facts/python/module.js";
import { resolvedName } from "#facts/python/names.js";
import { childByField, stringValue } from "#facts/python/syntax.js";
import type { Location } from "#model/location.js";
import { bodyNodes, entryRead, functionCalled, type Handler, isInput, isValidation, readerOf } from "./handler.js";
import { isUnconditional, type RequiredNames, requiredByConditions } from "./required-by-conditions.js";

/** A field that a job must have: one of these names. */
export interface RequiredField {
  readonly names: readonly string[];
  readonly location: Location;
}

/** What a handler, and the functions that it passes the input to, read of a job's input. */
export interface InputReads {
  readonly required: readonly RequiredField[];
  /** Every field that is read, required or not, with its first place. */
  readonly fields: ReadonlyMap<string, Location>;
  /** Fields that choose another way through the handler: a job that has one of them need not have the required ones. */
  readonly switches: ReadonlySet<string>;
  /** The names that a handler gives callers' fields: `data.setdefault("video_url", data["source_video_url"])`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** True when the whole input goes where nobody can follow: an unread field proves nothing. */
  readonly isOpen: boolean;
}

/** Follows the input of a job through a handler. */
export function inputReadsOf(handler: Handler, image: ImageFacts): InputReads {
  const reads: Reads = {
    required: new Map(),
    fields: new Map(),
    switches: new Set(),
    aliases: new Map(),
    filled: new Set(),
    isOpen: false,
  };
  readFunction({ handler, image, reads, isCertain: true, depth: 0, seen: new Set() });
  // The SDK's validator puts a schema's defaults in: what is read by subscript after it need not have been sent.
  return {
    ...reads,
    required: [...reads.required.values()].filter(({ names }) => !names.some((name) => reads.filled.has(name))),
  };
}

interface Reads {
  /** By its names. */
  readonly required: Map<string, RequiredField>;
  readonly fields: Map<string, Location>;
  readonly switches: Set<string>;
  readonly aliases: Map<string, string>;
  /** Fields that a schema gives a value when the job has none. */
  readonly filled: Set<string>;
  isOpen: boolean;
}

interface Reading {
  readonly handler: Handler;
  readonly image: ImageFacts;
  readonly reads: Reads;
  /** False: the function may not be called for every job. */
  readonly isCertain: boolean;
  readonly depth: number;
  readonly seen: Set<SyntaxNode>;
}

/** Functions that call functions are followed this far. */
const maxDepth = 5;

function readFunction(reading: Reading): void {
  const { handler, seen, depth, reads } = reading;
  if (depth > maxDepth || seen.has(handler.function.body)) return;
  seen.add(handler.function.body);
  const conditions = requiredByConditions(handler);
  if (reading.isCertain) for (const required of conditions.required) require(required, reading);
  for (const { names, node } of conditions.required) for (const name of names) noteField(name, node, reading);
  for (const name of conditions.switches) reads.switches.add(name);
  for (const node of bodyNodes(handler.function)) readNode(node, reading);
}

function readNode(node: SyntaxNode, reading: Reading): void {
  const { handler, reads } = reading;
  const module = handler.module.module;
  const read = entryRead(module, node);
  if (read !== undefined && isInput(read.object, handler)) {
    if (isWritten(node)) return;
    noteField(read.key, node, reading);
    if (reading.isCertain && read.raisesWhenAbsent && isUnconditional(node, handler)) {
      require({ names: [read.key], node }, reading);
    }
  } else if (node.kind === "comparison_operator") {
    const [key, input] = node.children;
    const name = key && stringValue(module, key);
    if (name !== undefined && input !== undefined && isInput(input, handler)) noteField(name, node, reading);
  } else if (node.kind === "call") {
    readCall(node, reading);
  } else if (isInput(node, handler) && passesOn(node)) {
    reads.isOpen = true;
  }
}

/** `x["key"] = value` and `del x["key"]`. */
function isWritten(node: SyntaxNode): boolean {
  return node.field === "left" || node.parent?.kind === "delete_statement";
}

/** Spread, iterated over, returned or kept somewhere: every field may be read there. */
function passesOn({ parent, field, kind }: SyntaxNode): boolean {
  if (parent === undefined || kind === "parenthesized_expression" || kind === "boolean_operator") return false;
  if (parent.kind === "for_statement" || parent.kind === "for_in_clause") return field === "right";
  return /^(?:dictionary_splat|list_splat|return_statement|pair|list|keyword_argument)$/.test(parent.kind);
}

function readCall(node: SyntaxNode, reading: Reading): void {
  const { handler, image, reads } = reading;
  const module = handler.module.module;
  const callee = childByField(node, "function");
  const given = childByField(node, "arguments")?.children ?? [];
  if (callee === undefined) return;
  if (isValidation(node, handler)) return readSchema(given[1], reading);
  const name = resolvedName(module, callee) ?? "";
  if (callee.kind === "attribute" && isInput(childByField(callee, "object") ?? node, handler)) {
    return readMethod(textOf(module, childByField(callee, "attribute") ?? callee), given, reading);
  }
  const parts = given.map((each) => ({
    parameter: each.kind === "keyword_argument" ? textOf(module, childByField(each, "name") ?? each) : undefined,
    value: each.kind === "keyword_argument" ? (childByField(each, "value") ?? each) : each,
  }));
  const isGivenInput = parts.some(({ value }) => isInput(value, handler));
  const isGivenJob = parts.some(({ value }) => textOf(module, value) === handler.jobParameter);
  if ((!isGivenInput && !isGivenJob) || harmless.test(name)) return;
  const called = functionCalled(image, handler.module, name);
  if (called === undefined) {
    reads.isOpen = true;
    return;
  }
  const own = called.function.parameters.filter((each) => each !== "self" && each !== "cls");
  const parameterOf = (index: number) => parts[index]?.parameter ?? own[index] ?? "";
  const indexes = (isWanted: (value: SyntaxNode) => boolean) =>
    parts.flatMap(({ value }, index) => (isWanted(value) ? [parameterOf(index)] : []));
  const job = indexes((value) => textOf(module, value) === handler.jobParameter)[0] ?? "";
  const inputs = indexes((value) => isInput(value, handler));
  readFunction({
    ...reading,
    handler: readerOf(called.module, called.function, job, inputs),
    isCertain: reading.isCertain && isUnconditional(node, handler),
    depth: reading.depth + 1,
  });
}

/** Calls that look at the input and use none of its fields. */
const harmless =
  /^(?:print|len|bool|str|repr|type|isinstance|dict|json\.dumps|pprint\.\w+)$|(?:^|\.)(?:debug|info|warning|error|exception|log|progress_update|append)$/;

function readMethod(method: string, given: readonly SyntaxNode[], reading: Reading): void {
  const module = reading.handler.module.module;
  if (method === "setdefault" && given[0] !== undefined) {
    const name = stringValue(module, given[0]);
    const source = given[1] && entryRead(module, given[1]);
    if (name !== undefined && source !== undefined) reading.reads.aliases.set(name, source.key);
  } else if (!/^(?:get|pop|keys|copy|setdefault)$/.test(method)) reading.reads.isOpen = true;
}

/** The SDK's schema: `{"prompt": {"type": str, "required": True}}`. */
function readSchema(schema: SyntaxNode | undefined, reading: Reading): void {
  const found = schema && schemaOf(schema, reading);
  if (found === undefined) {
    reading.reads.isOpen = true;
    return;
  }
  const { module, dictionary } = found;
  for (const pair of dictionary.children) {
    const key = childByField(pair, "key");
    const rule = childByField(pair, "value");
    const name = key && stringValue(module.module, key);
    if (name === undefined || rule === undefined) continue;
    const place = { ...reading, handler: { ...reading.handler, module } };
    noteField(name, pair, place);
    const isRequired = rule.children.some((each) => /^(["'])required\1\s*:\s*True$/.test(textOf(module.module, each)));
    if (!isRequired) reading.reads.filled.add(name);
    else if (reading.isCertain) require({ names: [name], node: pair }, place);
  }
}

function schemaOf(
  node: SyntaxNode,
  { handler, image }: Reading,
): { readonly module: ImageModule; readonly dictionary: SyntaxNode } | undefined {
  const { module } = handler;
  if (node.kind === "dictionary") return { module, dictionary: node };
  const name = resolvedName(module.module, node);
  if (name === undefined) return undefined;
  const own = dictionaryNamed(module.module, name);
  if (own !== undefined) return { module, dictionary: own };
  const dot = name.lastIndexOf(".");
  const source = dot === -1 ? undefined : image.python.resolveImport(name.slice(0, dot), module.imagePath);
  const dictionary = source?.kind === "module" ? dictionaryNamed(source.module.module, name.slice(dot + 1)) : undefined;
  return source?.kind === "module" && dictionary !== undefined ? { module: source.module, dictionary } : undefined;
}

function dictionaryNamed(module: PythonModule, name: string): SyntaxNode | undefined {
  const value = module.tree && bindingsOf(module, module.tree).get(name)?.value;
  return value?.kind === "dictionary" ? value : undefined;
}

function noteField(name: string, node: SyntaxNode, { handler, reads }: Reading): void {
  if (!reads.fields.has(name)) reads.fields.set(name, placeOf(node, handler));
}

function require({ names, node }: RequiredNames, { handler, reads }: Reading): void {
  const key = names.join("\n");
  if (!reads.required.has(key)) reads.required.set(key, { names, location: placeOf(node, handler) });
}

function placeOf(node: SyntaxNode, { module }: Handler): Location {
  return { path: module.module.source.path, line: node.line };
}
