import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { bindingsOf, parametersOf } from "#facts/python/bindings.js";
import {
  textOf,
  type PythonCall,
  type PythonFunction,
  type PythonModule,
  type SyntaxNode,
} from "#facts/python/module.js";
import { resolvedName } from "#facts/python/names.js";
import { ownNodes } from "#facts/python/scopes.js";
import { childByField, stringValue } from "#facts/python/syntax.js";

/** A function that runpod's SDK calls with each job. */
export interface Handler {
  readonly module: ImageModule;
  readonly function: PythonFunction;
  /** The parameter that holds the job: `job` or `event`. */
  readonly jobParameter: string;
  /** Local names that hold the job's `input`, or what a validator made of it. */
  readonly inputNames: ReadonlySet<string>;
}

/** The handlers that the image's start reaches: each function that is passed to `runpod.serverless.start`. */
export function handlersOf(image: ImageFacts): readonly Handler[] {
  const known = handlersByImage.get(image);
  if (known !== undefined) return known;
  const found = new Map<SyntaxNode, Handler>();
  for (const { module, call } of workerStarts(image)) {
    const value = handlerValue(module.module, call);
    const handlers = value === undefined ? [] : handlersAt(image, module, value);
    for (const handler of handlers) found.set(handler.function.body, handler);
  }
  const handlers = [...found.values()];
  handlersByImage.set(image, handlers);
  return handlers;
}

const handlersByImage = new WeakMap<ImageFacts, readonly Handler[]>();

/** Every `runpod.serverless.start(…)` in a module that the image's start reaches. */
export function workerStarts(
  image: ImageFacts,
): readonly { readonly module: ImageModule; readonly call: PythonCall }[] {
  return image.python.modules
    .filter((module) => module.isReachable)
    .flatMap((module) => module.module.calls.filter(isWorkerStart).map((call) => ({ module, call })));
}

/** `runpod.serverless.start`, under whatever name it is imported. */
export function isWorkerStart(call: PythonCall): boolean {
  return call.callee === "runpod.serverless.start";
}

/** Whether an expression is the job's `input`: `job["input"]`, `job.get("input", {})`, or a name for it. */
export function isInput(node: SyntaxNode, handler: Omit<Handler, "function">): boolean {
  const module = handler.module.module;
  let value = node;
  // `(job.get("input") or {})` and `job["input"] if "input" in job else job` are what stands first.
  while (/^(?:parenthesized_expression|boolean_operator|conditional_expression)$/.test(value.kind)) {
    const [first] = value.children;
    if (first === undefined) return false;
    value = first;
  }
  if (value.kind === "identifier") return handler.inputNames.has(textOf(module, value));
  return isEntryOf(module, value, (object) => textOf(module, object) === handler.jobParameter, "input");
}

/** The key of `x["key"]`, `x.get("key", …)` or `x.pop("key", …)` and the `x` that it is read from. */
export function entryRead(
  module: PythonModule,
  node: SyntaxNode,
): { readonly object: SyntaxNode; readonly key: string; readonly raisesWhenAbsent: boolean } | undefined {
  if (node.kind === "subscript") {
    const object = childByField(node, "value");
    const key = childByField(node, "subscript");
    const text = key && stringValue(module, key);
    return object === undefined || text === undefined ? undefined : { object, key: text, raisesWhenAbsent: true };
  }
  const callee = node.kind === "call" ? childByField(node, "function") : undefined;
  const method = callee?.kind === "attribute" ? childByField(callee, "attribute") : undefined;
  const name = method && textOf(module, method);
  if (callee === undefined || (name !== "get" && name !== "pop")) return undefined;
  const object = childByField(callee, "object");
  const parameters = childByField(node, "arguments")?.children ?? [];
  const key = parameters[0] && stringValue(module, parameters[0]);
  if (object === undefined || key === undefined) return undefined;
  return { object, key, raisesWhenAbsent: name === "pop" && parameters.length === 1 };
}

function isEntryOf(
  module: PythonModule,
  node: SyntaxNode,
  isObject: (object: SyntaxNode) => boolean,
  key: string,
): boolean {
  const read = entryRead(module, node);
  return read !== undefined && read.key === key && isObject(read.object);
}

/** What stands behind `"handler"` in the dictionary that `start` is given. */
function handlerValue(module: PythonModule, call: PythonCall): SyntaxNode | undefined {
  const first = call.arguments.find(({ name }) => name === undefined || name === "config")?.node;
  const dictionary = first && boundValue(module, first);
  for (const pair of dictionary?.kind === "dictionary" ? dictionary.children : []) {
    const key = childByField(pair, "key");
    if (key !== undefined && stringValue(module, key) === "handler") return childByField(pair, "value");
  }
  return undefined;
}

/** A name of the module stands for the one value that is assigned to it. */
function boundValue(module: PythonModule, node: SyntaxNode): SyntaxNode | undefined {
  if (node.kind !== "identifier" || module.tree === undefined) return node;
  return bindingsOf(module, module.tree).get(textOf(module, node))?.value ?? node;
}

function handlersAt(image: ImageFacts, module: ImageModule, value: SyntaxNode): readonly Handler[] {
  const node = unwrapped(value);
  if (node.kind === "lambda") return [lambdaHandler(module, node) ?? []].flat();
  const name = resolvedName(module.module, node);
  const names = [...importedAs(textOf(module.module, node), module.module), name ?? []].flat();
  return [...new Set(names)].flatMap((each) => {
    const found = functionCalled(image, module, each);
    return (found && handlerOf(found.module, found.function)) ?? [];
  });
}

/** All that branches import under one name: `if KIND == "image": from images import handler`, and so on. */
function importedAs(name: string, { imports }: PythonModule): readonly string[] {
  return imports.filter(({ names }) => names?.includes(name)).map(({ module }) => `${module}.${name}`);
}

/** The function that a dotted name means in a module: its own, or one of a module of the image that it imports. */
export function functionCalled(
  image: ImageFacts,
  module: ImageModule,
  dotted: string,
): Pick<Handler, "module" | "function"> | undefined {
  const own = functionNamed(module.module, dotted);
  if (own !== undefined) return { module, function: own };
  const dot = dotted.lastIndexOf(".");
  const source = dot === -1 ? undefined : image.python.resolveImport(dotted.slice(0, dot), module.imagePath);
  if (source?.kind !== "module") return undefined;
  const imported = functionNamed(source.module.module, dotted.slice(dot + 1));
  return imported && { module: source.module, function: imported };
}

/** A handler in a wrapper, such as `timed(handler)`. */
function unwrapped(node: SyntaxNode): SyntaxNode {
  const parameters = node.kind === "call" ? (childByField(node, "arguments")?.children ?? []) : [];
  return parameters.length === 1 && parameters[0] !== undefined ? parameters[0] : node;
}

/** The last `def` of a name wins, as in Python; `worker.handle` is a method when one class alone has it. */
function functionNamed(module: PythonModule, dotted: string): PythonFunction | undefined {
  const name = dotted.slice(dotted.lastIndexOf(".") + 1);
  const isMethod = name !== dotted;
  const found = module.functions.filter((each) => each.name === name && (each.className !== undefined) === isMethod);
  return isMethod && found.length > 1 ? undefined : found.at(-1);
}

/** `lambda job: process(job)` stands for `process`. */
function lambdaHandler(module: ImageModule, node: SyntaxNode): Handler | undefined {
  const body = childByField(node, "body");
  if (body === undefined) return undefined;
  const parameters = parametersOf(node).map(({ name }) => textOf(module.module, name));
  const callee = body.kind === "call" ? childByField(body, "function") : undefined;
  const called = callee && functionNamed(module.module, textOf(module.module, callee));
  if (called !== undefined && childByField(body, "arguments")?.children.length === 1) return handlerOf(module, called);
  const { line } = node;
  return handlerOf(module, { name: "<lambda>", parameters, isAsync: false, className: undefined, body, line });
}

function handlerOf(module: ImageModule, handler: PythonFunction): Handler | undefined {
  const jobParameter = handler.parameters.find((name) => name !== "self" && name !== "cls");
  return jobParameter === undefined ? undefined : readerOf(module, handler, jobParameter);
}

/** A function that is given the job or, under one of `inputParameters`, its input. */
export function readerOf(
  module: ImageModule,
  reader: PythonFunction,
  jobParameter: string,
  inputParameters: readonly string[] = [],
): Handler {
  const inputNames = inputNamesOf(module, reader, jobParameter, inputParameters);
  return { module, function: reader, jobParameter, inputNames };
}

function inputNamesOf(
  module: ImageModule,
  handler: PythonFunction,
  jobParameter: string,
  inputParameters: readonly string[],
): ReadonlySet<string> {
  const inputNames = new Set(inputParameters);
  const validated = new Set<string>();
  for (const node of bodyNodes(handler)) {
    if (node.kind !== "assignment" && node.kind !== "named_expression") continue;
    const target = childByField(node, node.kind === "assignment" ? "left" : "name");
    const value = childByField(node, node.kind === "assignment" ? "right" : "value");
    if (target?.kind !== "identifier" || value === undefined) continue;
    const name = textOf(module.module, target);
    if (isInput(value, { module, jobParameter, inputNames })) inputNames.add(name);
    else if (isValidation(value, { module, jobParameter, inputNames })) validated.add(name);
    else if (isValidated(value)) inputNames.add(name);
  }
  return inputNames;

  /** rp_validator gives `{"validated_input": …}` or `{"errors": …}`. */
  function isValidated(value: SyntaxNode): boolean {
    const of = (object: SyntaxNode) => validated.has(textOf(module.module, object)) || isValidationCall(object);
    return isEntryOf(module.module, value, of, "validated_input");
  }
  function isValidationCall(node: SyntaxNode): boolean {
    return isValidation(node, { module, jobParameter, inputNames });
  }
}

/** `validate(job["input"], SCHEMA)` of the SDK. */
export function isValidation(node: SyntaxNode, handler: Omit<Handler, "function">): boolean {
  const callee = node.kind === "call" ? childByField(node, "function") : undefined;
  if (callee === undefined || !/(?:^|\.)validate$/.test(resolvedName(handler.module.module, callee) ?? ""))
    return false;
  const first = childByField(node, "arguments")?.children[0];
  return first !== undefined && isInput(first, handler);
}

/** What runs when the function does; functions inside it are left out. */
export function bodyNodes({ body }: PythonFunction): Iterable<SyntaxNode> {
  return body.parent === undefined ? [] : ownNodes(body.parent);
}
