import type { ImageFacts } from "#facts/image/image-facts.js";
import { textOf, type PythonModule, type SyntaxNode } from "#facts/python/module.js";
import { enclosingFunction } from "#facts/python/scopes.js";
import { ancestors, childByField, stringValue, walk } from "#facts/python/syntax.js";
import type { Location } from "#model/location.js";
import { runsInJob } from "./job-functions.js";

/** A status that a worker says of a job, as a literal of its code. */
export interface StatusText {
  readonly text: string;
  readonly outcome: "success" | "failure";
  /** True when a webhook or another request carries it; false: it is in what the handler returns, or passed on inside. */
  readonly isSent: boolean;
  readonly location: Location;
}

/** Every `"status": "…"` of a job's dictionaries that means success or failure. */
export function statusTextsOf(image: ImageFacts): readonly StatusText[] {
  const known = textsByImage.get(image);
  if (known !== undefined) return known;
  const found = image.python.modules
    .filter(({ isReachable }) => isReachable)
    .flatMap((module) => {
      const { tree } = module.module;
      const pairs = tree === undefined ? [] : [...walk(tree)].filter(({ kind }) => kind === "pair");
      return pairs.flatMap((pair) => (runsInJob(image, module, pair) ? statusOf(module.module, pair) : []));
    });
  textsByImage.set(image, found);
  return found;
}

const textsByImage = new WeakMap<ImageFacts, readonly StatusText[]>();

/** Words for the two ends of a job, flags and case aside. */
const successWords: ReadonlySet<string> = new Set([
  "success",
  "succeeded",
  "complete",
  "completed",
  "done",
  "finished",
  "ok",
]);
const failureWords: ReadonlySet<string> = new Set(["failed", "failure", "fail", "error"]);

function statusOf(module: PythonModule, pair: SyntaxNode): readonly StatusText[] {
  const key = childByField(pair, "key");
  const value = childByField(pair, "value");
  const name = key && stringValue(module, key);
  const text = value && stringValue(module, value);
  if (name === undefined || text === undefined || !/^status$/i.test(name)) return [];
  const word = text.replace(/[^a-z]/gi, "").toLowerCase();
  const outcome = successWords.has(word) ? "success" : failureWords.has(word) ? "failure" : undefined;
  if (outcome === undefined) return [];
  const location = { path: module.source.path, line: pair.line };
  return [{ text, outcome, isSent: pair.parent !== undefined && isSent(module, pair.parent), location }];
}

const sending = /^requests\.(?:post|put|patch)$|^httpx\.(?:post|put|patch)$|webhook|callback|airtable/i;

/** The dictionary is an argument of such a call, by itself or by the name that it is given. */
function isSent(module: PythonModule, dictionary: SyntaxNode): boolean {
  const assignment = dictionary.parent?.kind === "assignment" ? dictionary.parent : undefined;
  const target = assignment && childByField(assignment, "left");
  const name = target?.kind === "identifier" ? textOf(module, target) : undefined;
  const scope = enclosingFunction(dictionary);
  return module.calls.some(({ callee, node, arguments: given }) => {
    if (!sending.test(callee)) return false;
    if ([...ancestors(dictionary)].includes(node)) return true;
    const isAfter = node.start > dictionary.end && enclosingFunction(node) === scope;
    return isAfter && name !== undefined && given.some((each) => textOf(module, each.node) === name);
  });
}
