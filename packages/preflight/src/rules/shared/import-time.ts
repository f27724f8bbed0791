import type { ImageFacts } from "#facts/image/image-facts.js";
import type { PythonModule, SyntaxNode } from "#facts/python/module.js";
import { ancestors, walk } from "#facts/python/syntax.js";
import { runsFunction } from "./runs-function.js";
import { jobFunctionsOf } from "./job-functions.js";
import type { ReachedImport } from "./reached-imports.js";

/**
 * When an import of reached code runs: as the worker starts, with every job, or undefined when it stands in a branch or
 * in a function that may never run.
 */
export function importTime(
  { module, import: { functionName, line } }: Omit<ReachedImport, "at">,
  image: ImageFacts,
): "start" | "job" | undefined {
  if (isInBranch(module.module, line)) return undefined;
  if (functionName === undefined) return "start";
  const jobs = jobFunctionsOf(image).filter(
    ({ module: owner, function: { name, body } }) =>
      owner === module && name === functionName && body.line <= line && line <= body.endLine,
  );
  if (jobs.some(({ isConditional }) => !isConditional)) return "job";
  return jobs.length === 0 && runsFunction(module.module, functionName) ? "start" : undefined;
}

/** What a failing import does, as the beginning of a sentence. */
export function failureWords(when: ReturnType<typeof importTime>, functionName: string | undefined): string {
  if (when === "start") return "The worker dies at start";
  if (when === "job") return "Every job fails";
  return functionName === undefined ? "This branch fails when it runs" : `${functionName}() fails when it runs`;
}

/** In a part of `if`, `match`, a loop or `except` of its own function. */
function isInBranch({ tree }: PythonModule, line: number): boolean {
  const statement = tree === undefined ? undefined : importAt(tree, line);
  for (const around of statement === undefined ? [] : ancestors(statement)) {
    if (around.kind === "function_definition") return false;
    if (branching.has(around.kind)) return true;
  }
  return false;
}

function importAt(tree: SyntaxNode, line: number): SyntaxNode | undefined {
  for (const node of walk(tree)) if (node.line === line && node.kind.startsWith("import_")) return node;
  return undefined;
}

const branching: ReadonlySet<string> = new Set([
  "except_clause",
  "for_statement",
  "if_statement",
  "match_statement",
  "while_statement",
]);
