import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { isInTry } from "#facts/python/guards.js";
import { textOf, type SyntaxNode } from "#facts/python/module.js";
import { enclosingFunction, enclosingFunctionName } from "#facts/python/scopes.js";
import { ancestors, childByField } from "#facts/python/syntax.js";
import { handlersOf } from "./handler.js";

/** When code runs. */
export type RunMoment = "start" | "job";

/** Callers of callers that are followed. */
const maxCallers = 6;

/**
 * When a node of a module runs whatever happens: as the worker starts, or for each job. Calls are followed by name, over
 * modules too. Undefined: it stands in a branch, a loop or a `try`, or nothing is known to lead to it.
 */
export function surelyRuns(image: ImageFacts, module: ImageModule, node: SyntaxNode): RunMoment | undefined {
  return momentOf(image, module, node, maxCallers);
}

function momentOf(image: ImageFacts, module: ImageModule, node: SyntaxNode, left: number): RunMoment | undefined {
  if (left === 0 || !module.isReachable || isInTry(node) || isInBranch(image, module, node)) return undefined;
  if (enclosingFunction(node) === undefined) return "start";
  const name = enclosingFunctionName(module.module, node) ?? "";
  const isHandler = handlersOf(image).some((each) => each.module === module && each.function.name === name);
  if (isHandler) return "job";
  for (const caller of callersOf(image, module, name)) {
    const moment = momentOf(image, caller.module, caller.node, left - 1);
    if (moment !== undefined) return moment;
  }
  return undefined;
}

/** Of the `if`s around it only the main guard of a file that is started counts as certain. */
function isInBranch(image: ImageFacts, module: ImageModule, node: SyntaxNode): boolean {
  let part = node;
  for (const around of ancestors(node)) {
    if (around.kind === "function_definition") return false;
    if (branches.has(around.kind) && part.field !== "condition" && part.field !== "right") {
      const condition = childByField(around, "condition");
      const isMainGuard = condition !== undefined && /^__name__\s*==/.test(textOf(module.module, condition));
      const isStarted = image.entry.pythonFiles.some(({ path }) => path === module.imagePath);
      if (!isMainGuard || !isStarted) return true;
    }
    part = around;
  }
  return false;
}

const branches: ReadonlySet<string> = new Set([
  "if_statement",
  "conditional_expression",
  "boolean_operator",
  "for_statement",
  "while_statement",
  "except_clause",
  "match_statement",
  "lambda",
]);

function* callersOf(
  image: ImageFacts,
  target: ImageModule,
  name: string,
): Generator<{ readonly module: ImageModule; readonly node: SyntaxNode }> {
  for (const module of image.python.modules) {
    if (!module.isReachable) continue;
    for (const { callee, node } of module.module.calls) {
      if (module === target ? callee === name : isImported(callee, module)) yield { module, node };
    }
  }

  function isImported(callee: string, from: ImageModule): boolean {
    if (!callee.endsWith(`.${name}`)) return false;
    const found = image.python.resolveImport(callee.slice(0, -name.length - 1), from.imagePath);
    return found.kind === "module" && found.module === target;
  }
}
