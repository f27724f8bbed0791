import type { ImageFacts } from "#facts/image/image-facts.js";
import { type PythonModule, type SyntaxNode, textOf } from "#facts/python/module.js";
import { resolvedName } from "#facts/python/names.js";
import { childByField, stringValue, walk } from "#facts/python/syntax.js";
import { hostedLimits, jobOperations } from "#knowledge/index.js";
import type { ImageRule } from "./rule.js";
import { bodyNodes, functionCalled, type Handler } from "./shared/handler.js";
import { resultFunctionsOf } from "./shared/result-functions.js";

/** A video that goes back inside the result. */
export const payloadSize: ImageRule = {
  scope: "image",
  meta: {
    id: "US606",
    name: "payload-size",
    level: "warning",
    phase: "job",
    summary: "The result carries a video as base64 text, and results have a size limit.",
    seeds: ["S59"],
    fix: "by-hand",
  },
  *check(image) {
    for (const handler of resultFunctionsOf(image)) yield* encodedVideos(handler, image);
  },
  lookedAt: (image) =>
    resultFunctionsOf(image)
      .map((handler) => handler.function.name)
      .join(", "),
};

/** Pictures and speech of a few seconds stay below the limit; a video of a minute does not. */
const videoName = /video|mp4|movie|clip(?!_?(?:skip|score))/i;

function* encodedVideos(handler: Handler, image: ImageFacts) {
  const module = handler.module.module;
  if (measuresSize(handler)) return;
  const encoded = encodedNames(handler, image);
  for (const pair of resultPairs(handler)) {
    const key = childByField(pair, "key") ?? childByField(childByField(pair, "left") ?? pair, "subscript");
    const value = childByField(pair, "value") ?? childByField(pair, "right");
    const name = key && stringValue(module, key);
    if (name === undefined || value === undefined || !isEncoded(value, handler, image, encoded)) continue;
    if (!videoName.test(name) && !videoName.test(textOf(module, value))) continue;
    yield tooLarge(name, pair, handler, image);
  }
}

/** Entries of a dictionary that is returned, in place or by its name, and what is put into it afterwards. */
function* resultPairs({ module: { module }, function: handler }: Handler): Iterable<SyntaxNode> {
  const nodes = [...bodyNodes(handler)];
  const returned = nodes.flatMap((node) => (node.kind === "return_statement" ? node.children.slice(0, 1) : []));
  const names = new Set(returned.filter(({ kind }) => kind === "identifier").map((node) => textOf(module, node)));
  const isResult = (node: SyntaxNode | undefined) => node?.kind === "identifier" && names.has(textOf(module, node));
  for (const value of returned) if (value.kind === "dictionary") yield* value.children;
  for (const node of nodes) {
    if (node.kind !== "assignment") continue;
    const [target, value] = [childByField(node, "left"), childByField(node, "right")];
    if (isResult(target) && value?.kind === "dictionary") yield* value.children;
    if (target?.kind === "subscript" && isResult(childByField(target, "value"))) yield node;
  }
}

function tooLarge(name: string, node: SyntaxNode, { module }: Handler, { project }: ImageFacts) {
  const { runBodyBytes, runSyncBodyBytes } = hostedLimits;
  const { run, runSync } = jobOperations;
  // Base64 writes 3 bytes as 4.
  const megabytes = Math.floor((runBodyBytes * 3) / 4 / 1e6);
  const isKept = [...project.endpoint.environment.keys()].some((each) => each.startsWith("BUCKET_"));
  return {
    message: `A video above ${megabytes} MB is lost: ${name} goes back as base64 text, and a result may have ${runBodyBytes / 1e6} MB (/${run}) or ${runSyncBodyBytes / 1e6} MB (/${runSync}).`,
    remedy: isKept ? "Upload it to the bucket and return its URL." : "Upload it to a bucket and return its URL.",
    at: { path: module.module.source.path, line: node.line },
    confidence: "likely" as const,
  };
}

/** `len(data) > LIMIT` shows that somebody thought of it; `size > 100` asks whether there is anything. */
function measuresSize({ module: { module }, function: handler }: Handler): boolean {
  return [...walk(handler.body)].some((node) => {
    if (node.kind !== "comparison_operator") return false;
    const limit = node.children.at(-1);
    const isTrifle = limit?.kind === "integer" && /^\d{1,5}$/.test(textOf(module, limit));
    return !isTrifle && /(?:len\(|size)[\s\S]*[<>]/i.test(textOf(module, node).slice(0, 200));
  });
}

/** Local names that hold base64 text. */
function encodedNames(handler: Handler, image: ImageFacts): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of bodyNodes(handler.function)) {
    const [target, value] = [childByField(node, "left"), childByField(node, "right")];
    if (node.kind !== "assignment" || target?.kind !== "identifier" || value === undefined) continue;
    if (isEncoded(value, handler, image, names)) names.add(textOf(handler.module.module, target));
  }
  return names;
}

/** A name for it, text around it such as a data URL, the encoding itself, or a function that returns it. */
function isEncoded(value: SyntaxNode, handler: Handler, image: ImageFacts, names: ReadonlySet<string>): boolean {
  const { module } = handler.module;
  const isName = (node: SyntaxNode): boolean => node.kind === "identifier" && names.has(textOf(module, node));
  if (value.kind === "identifier") return isName(value);
  const nodes = [...walk(value)];
  if (textKinds.has(value.kind) && nodes.some(isName)) return true;
  return nodes.some((node) => isEncoding(node, module)) || returnsEncoded(value, handler, image);
}

const textKinds: ReadonlySet<string> = new Set(["string", "concatenated_string", "binary_operator"]);

function isEncoding(node: SyntaxNode, module: PythonModule): boolean {
  return node.kind === "call" && /(?:^|\.)(?:b64encode|standard_b64encode)\(/.test(textOf(module, node));
}

/** `encode_video(path)`, whose every way back is base64 text. */
function returnsEncoded(call: SyntaxNode, handler: Handler, image: ImageFacts): boolean {
  const callee = call.kind === "call" ? childByField(call, "function") : undefined;
  const name = callee && resolvedName(handler.module.module, callee);
  const called = name === undefined ? undefined : functionCalled(image, handler.module, name);
  if (called === undefined) return false;
  const returns = [...bodyNodes(called.function)].filter(({ kind }) => kind === "return_statement");
  return (
    returns.length > 0 &&
    returns.every((each) => [...walk(each)].some((node) => isEncoding(node, called.module.module)))
  );
}
