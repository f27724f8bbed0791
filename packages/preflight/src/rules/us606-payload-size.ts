import type { ImageFacts } from "#facts/image/image-facts.js";
import { type PythonModule, type SyntaxNode, textOf } from "#facts/python/module.js";
import { childByField, stringValue, walk } from "#facts/python/syntax.js";
import { runpodLimits } from "#knowledge/index.js";
import type { ImageRule } from "./rule.js";
import { bodyNodes, type Handler } from "./shared/handler.js";
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
  const encoded = encodedNames(handler);
  for (const node of bodyNodes(handler.function)) {
    const dictionary = node.kind === "return_statement" ? node.children[0] : undefined;
    if (dictionary?.kind !== "dictionary") continue;
    for (const pair of dictionary.children) {
      const key = childByField(pair, "key");
      const value = childByField(pair, "value");
      const name = key && stringValue(module, key);
      if (name === undefined || value === undefined || !isEncoded(value, module, encoded)) continue;
      if (!videoName.test(name) && !videoName.test(textOf(module, value))) continue;
      yield tooLarge(name, pair, handler, image);
    }
  }
}

function tooLarge(name: string, node: SyntaxNode, { module }: Handler, { project }: ImageFacts) {
  const { runPayloadBytes, runsyncPayloadBytes } = runpodLimits();
  // Base64 writes 3 bytes as 4.
  const megabytes = Math.floor((runPayloadBytes * 3) / 4 / 1e6);
  const isKept = [...project.endpoint.environment.keys()].some((each) => each.startsWith("BUCKET_"));
  return {
    message: `A video above ${megabytes} MB is lost: ${name} goes back as base64 text, and a result may have ${runPayloadBytes / 1e6} MB (/run) or ${runsyncPayloadBytes / 1e6} MB (/runsync).`,
    remedy: isKept ? "Upload it to the bucket and return its URL." : "Upload it to a bucket and return its URL.",
    at: { path: module.module.source.path, line: node.line },
    confidence: "likely" as const,
  };
}

/** `len(data) > LIMIT` shows that somebody thought of it. */
function measuresSize({ module, function: handler }: Handler): boolean {
  return [...walk(handler.body)].some(
    (node) =>
      node.kind === "comparison_operator" &&
      /(?:len\(|size)[\s\S]*[<>]/i.test(textOf(module.module, node).slice(0, 200)),
  );
}

/** Local names that hold base64 text. */
function encodedNames({ module, function: handler }: Handler): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of bodyNodes({ ...handler })) {
    const [target, value] = [childByField(node, "left"), childByField(node, "right")];
    if (node.kind !== "assignment" || target?.kind !== "identifier" || value === undefined) continue;
    if (isEncoded(value, module.module, names)) names.add(textOf(module.module, target));
  }
  return names;
}

function isEncoded(value: SyntaxNode, module: PythonModule, names: ReadonlySet<string>): boolean {
  return value.kind === "identifier"
    ? names.has(textOf(module, value))
    : [...walk(value)].some(
        (node) => node.kind === "call" && /(?:^|\.)(?:b64encode|standard_b64encode)\(/.test(textOf(module, node)),
      );
}
