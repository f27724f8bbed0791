import type { Report } from "#model/finding.js";
import { textOf, type PythonModule, type SyntaxNode } from "#facts/python/module.js";
import { ancestors, childByField, walk } from "#facts/python/syntax.js";
import type { ImageRule } from "./rule.js";
import { callsOf, type JobFunction, jobFunctionsOf } from "./shared/job-functions.js";

/** A job's folder that is removed only when all goes well, or never: a warm worker's disk fills up. */
export const noCleanupOnFailure: ImageRule = {
  scope: "image",
  meta: {
    id: "US613",
    name: "no-cleanup-on-failure",
    level: "warning",
    phase: "job",
    summary: "A temporary folder of a job is not removed on every way out.",
    seeds: ["S72"],
    fix: "by-hand",
  },
  *check(image) {
    const functions = jobFunctionsOf(image);
    for (const each of functions) for (const folder of foldersOf(each)) yield* left(folder, each, functions);
  },
  lookedAt: (image) => {
    const count = jobFunctionsOf(image).flatMap((each) => foldersOf(each)).length;
    return count === 0 ? "" : `${count} temporary folders of jobs`;
  },
};

interface TemporaryFolder {
  /** The variable that holds it. */
  readonly name: string;
  readonly made: SyntaxNode;
}

/** `x = tempfile.mkdtemp()`, and `os.makedirs(x)` of a path below /tmp with an unknown part: one for each job. */
function foldersOf(from: JobFunction): readonly TemporaryFolder[] {
  const { module } = from.module;
  return callsOf(from).flatMap(({ callee, node, arguments: [first] }) => {
    if (callee === "tempfile.mkdtemp") {
      const target = node.parent?.kind === "assignment" ? childByField(node.parent, "left") : undefined;
      return target?.kind === "identifier" ? [{ name: textOf(module, target), made: node }] : [];
    }
    const isMade = callee === "os.makedirs" || callee === "os.mkdir";
    if (!isMade || first?.node.kind !== "identifier" || first.value.kind !== "text") return [];
    const isOwn = !first.value.isKnown && /^\/tmp\/|^\/var\/tmp\//.test(first.value.text);
    return isOwn ? [{ name: textOf(module, first.node), made: node }] : [];
  });
}

function* left(folder: TemporaryFolder, from: JobFunction, all: readonly JobFunction[]): Generator<Report> {
  const { module } = from.module;
  const { body } = from.function;
  const removals = removalsOf(folder.name, module, body);
  if (isReturned(folder.name, module, body)) return;
  if (removals.length === 0 && all.some((other) => mentionsRemoval(other))) return;
  const isSafe = removals.some((node) => isIn(node, "finally_clause", body));
  const isOnBoth = removals.some((node) => isIn(node, "except_clause", body)) && removals.length > 1;
  if (isSafe || isOnBoth) return;
  const when = removals.length === 0 ? "never removed" : "removed only when the job goes well";
  yield {
    message: `${folder.name} is ${when}: each ${removals.length === 0 ? "" : "failed "}job leaves its files on the worker's disk.`,
    remedy: "Use with tempfile.TemporaryDirectory(), or remove it in a finally.",
    at: { path: module.source.path, line: folder.made.line },
    confidence: "likely",
    evidence: removals.map((node) => ({
      statement: "It is removed here, on this way out alone.",
      location: { path: module.source.path, line: node.line },
    })),
  };
}

const removing = /(?:rmtree|remove|unlink|clean|delete|purge)/i;

/** Calls that remove it: `shutil.rmtree(x)`, `cleanup(x)`. */
function removalsOf(name: string, module: PythonModule, body: SyntaxNode): readonly SyntaxNode[] {
  return callsIn(body).filter((node) => {
    const callee = childByField(node, "function");
    const given = childByField(node, "arguments")?.children ?? [];
    const takes = given.some((each) => textOf(module, each) === name);
    return callee !== undefined && removing.test(textOf(module, callee)) && takes;
  });
}

/** Another function removes a folder of some name: it may be this one, under the name that it was given. */
function mentionsRemoval({ module: { module }, function: each }: JobFunction): boolean {
  return callsIn(each.body).some((node) => /(?:^|\.)rmtree$/.test(calleeText(module, node)));
}

function calleeText(module: PythonModule, node: SyntaxNode): string {
  const callee = childByField(node, "function");
  return callee === undefined ? "" : textOf(module, callee);
}

function callsIn(body: SyntaxNode): readonly SyntaxNode[] {
  return [...walk(body)].filter(({ kind }) => kind === "call");
}

/** Whoever gets it may remove it. */
function isReturned(name: string, module: PythonModule, body: SyntaxNode): boolean {
  return [...walk(body)].some(
    ({ kind, children }) =>
      (kind === "return_statement" || kind === "yield") &&
      children.some((value) =>
        [...walk(value)].some((node) => node.kind === "identifier" && textOf(module, node) === name),
      ),
  );
}

function isIn(node: SyntaxNode, kind: string, body: SyntaxNode): boolean {
  for (const around of ancestors(node)) {
    if (around === body) return false;
    if (around.kind === kind) return true;
  }
  return false;
}
