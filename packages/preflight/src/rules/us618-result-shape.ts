import { type PythonModule, type SyntaxNode, textOf } from "#facts/python/module.js";
import { childByField, stringValue } from "#facts/python/syntax.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { bodyNodes, type Handler } from "./shared/handler.js";
import { resultFunctionsOf } from "./shared/result-functions.js";

/** A return value that the SDK sends otherwise than meant, or not at all. */
export const resultShape: ImageRule = {
  scope: "image",
  meta: {
    id: "US618",
    name: "result-shape",
    level: "error",
    phase: "job",
    summary: "The handler returns what JSON cannot hold, or what callers get in another shape than it was written.",
    seeds: ["S36"],
    fix: "by-hand",
  },
  *check(image) {
    for (const handler of resultFunctionsOf(image)) {
      for (const node of bodyNodes(handler.function)) {
        const value = node.kind === "return_statement" ? node.children[0] : undefined;
        if (value !== undefined) yield* shapeProblems(value, handler);
      }
    }
  },
  lookedAt: (image) =>
    resultFunctionsOf(image)
      .map((handler) => handler.function.name)
      .join(", "),
};

function* shapeProblems(value: SyntaxNode, handler: Handler): Iterable<Report> {
  const module = handler.module.module;
  const values = value.kind === "dictionary" ? value.children.map((pair) => childByField(pair, "value")) : [value];
  const bytes = bytesNames(handler);
  for (const each of values) {
    const kind = each === undefined ? undefined : unserializable(each, module, bytes);
    if (each !== undefined && kind !== undefined) yield notSent(each, kind, handler);
  }
  if (value.kind === "expression_list" && value.children.some((part) => errorPair(part, module) !== undefined)) {
    yield hiddenError(value, handler);
  }
  const [only] = value.children;
  const isNested = value.kind === "dictionary" && value.children.length === 1 && keyOf(only, module) === "output";
  if (isNested) yield nested(value, handler);
  const error = errorPair(value, module);
  if (error !== undefined && /^(?:dictionary|list)$/.test(error.kind)) yield errorObject(error, handler);
}

/** What json.dumps refuses, in words; undefined: it may well be written. */
function unserializable(node: SyntaxNode, module: PythonModule, bytes: ReadonlySet<string>): string | undefined {
  const text = textOf(module, node);
  if (node.kind === "set" || node.kind === "set_comprehension") return "a set";
  if (node.kind === "string" && /^[rR]?[bB]/.test(text)) return "bytes";
  if (node.kind === "identifier" && bytes.has(text)) return "bytes";
  if (/^(?:float\(["']nan["']\)|(?:math|np|numpy)\.(?:nan|inf))$/i.test(text)) return "NaN";
  return undefined;
}

/** Names that hold what `open(…, "rb").read()` or `b64encode` without decode gives, and are bound once. */
function bytesNames({ module, function: handler }: Handler): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const names = new Set<string>();
  for (const node of bodyNodes(handler)) {
    const target = node.kind === "assignment" ? childByField(node, "left") : undefined;
    const value = childByField(node, "right");
    if (target?.kind !== "identifier" || value === undefined) continue;
    const name = textOf(module.module, target);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (
      /^(?:open\([^()]*["']rb["']\)\.read\(\)|(?:base64\.)?b64encode\((?:[^()]|\([^()]*\))*\))$/.test(
        textOf(module.module, value).slice(0, 300),
      )
    ) {
      names.add(name);
    }
  }
  return new Set([...names].filter((name) => counts.get(name) === 1));
}

function errorPair(node: SyntaxNode, module: PythonModule): SyntaxNode | undefined {
  const pair = node.kind === "dictionary" ? node.children.find((each) => keyOf(each, module) === "error") : undefined;
  return pair && childByField(pair, "value");
}

function keyOf(pair: SyntaxNode | undefined, module: PythonModule): string | undefined {
  const key = pair && childByField(pair, "key");
  return key && stringValue(module, key);
}

const placeOf = (node: SyntaxNode, { module }: Handler) => ({ path: module.module.source.path, line: node.line });

function notSent(node: SyntaxNode, kind: string, handler: Handler): Report {
  return {
    message: `The job never ends for its caller: ${handler.function.name} returns ${kind}, which JSON cannot hold, and the SDK sends nothing.`,
    remedy:
      kind === "bytes" ? "Upload the file and return its URL, or decode the text." : "Return a list, a number or None.",
    at: placeOf(node, handler),
    confidence: "likely",
  };
}

function hiddenError(node: SyntaxNode, handler: Handler): Report {
  return {
    message: `This failure is reported as COMPLETED: ${handler.function.name} returns a tuple, and only a dictionary's own key error makes a job FAILED.`,
    remedy: 'Return {"error": "…"} alone: a handler has no HTTP status.',
    at: placeOf(node, handler),
    confidence: "likely",
  };
}

function nested(node: SyntaxNode, handler: Handler): Report {
  return {
    message: `Callers find the result at output.output: the SDK puts what ${handler.function.name} returns under output itself.`,
    remedy: "Return the inner value, unless callers read it there.",
    at: placeOf(node, handler),
    level: "note",
  };
}

function errorObject(node: SyntaxNode, handler: Handler): Report {
  return {
    message: "The error is not a text: the platform is known to show such errors wrongly or not at all.",
    remedy: "Write it as a text, with json.dumps when it has parts.",
    at: placeOf(node, handler),
    level: "note",
    confidence: "possible",
  };
}
