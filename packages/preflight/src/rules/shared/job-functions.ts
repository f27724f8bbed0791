import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { textOf, type PythonCall, type PythonFunction, type SyntaxNode } from "#facts/python/module.js";
import { enclosingFunction } from "#facts/python/scopes.js";
import { ancestors, walk } from "#facts/python/syntax.js";
import { handlersOf } from "./handler.js";

/** A function that runs for every job, or may. */
export interface JobFunction {
  readonly module: ImageModule;
  readonly function: PythonFunction;
  /** True when each way to it leads through an `if`: `if model is None: load()`. */
  readonly isConditional: boolean;
}

/**
 * The handlers and what they use, functions of other modules too. A function counts as used where its name stands, so
 * that `run_in_executor(None, work)` is followed as well as `work()`.
 */
export function jobFunctionsOf(image: ImageFacts): readonly JobFunction[] {
  const known = functionsByImage.get(image);
  if (known !== undefined) return known;
  const found = new Map<SyntaxNode, JobFunction>();
  const open: JobFunction[] = handlersOf(image).map(({ module, function: handler }) => ({
    module,
    function: handler,
    isConditional: false,
  }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const before = found.get(next.function.body);
    if (before !== undefined && (!before.isConditional || next.isConditional)) continue;
    found.set(next.function.body, next);
    for (const node of walk(next.function.body)) {
      if (node.kind !== "identifier") continue;
      const used = functionsNamed(image, textOf(next.module.module, node));
      const isConditional = next.isConditional || isInIf(node, next.function.body);
      for (const each of used) open.push({ ...each, isConditional });
    }
  }
  const functions = [...found.values()];
  functionsByImage.set(image, functions);
  return functions;
}

/** Whether a node of a module runs when a job does. */
export function runsInJob(image: ImageFacts, module: ImageModule, node: SyntaxNode): boolean {
  return jobFunctionsOf(image).some(
    (each) => each.module === module && each.function.body.start <= node.start && node.end <= each.function.body.end,
  );
}

/** Calls that stand in a function itself; those of functions inside it are theirs. */
export function callsOf({ module, function: { body } }: Omit<JobFunction, "isConditional">): readonly PythonCall[] {
  return module.module.calls.filter(
    ({ node }) => body.start <= node.start && node.end <= body.end && enclosingFunction(node) === body.parent,
  );
}

/** The functions of reachable modules by name; a class stands for its `__init__` and `__call__`. */
export function functionsNamed(image: ImageFacts, name: string): readonly Omit<JobFunction, "isConditional">[] {
  const byName = namesByImage.get(image) ?? functionsByName(image);
  namesByImage.set(image, byName);
  return byName.get(name) ?? [];
}

const namesByImage = new WeakMap<ImageFacts, ReturnType<typeof functionsByName>>();
/** A name that more functions share says nothing. */
const maxNamesakes = 20;

const functionsByImage = new WeakMap<ImageFacts, readonly JobFunction[]>();

function functionsByName(image: ImageFacts): ReadonlyMap<string, readonly Omit<JobFunction, "isConditional">[]> {
  const byName = new Map<string, Omit<JobFunction, "isConditional">[]>();
  for (const module of image.python.modules) {
    if (!module.isReachable) continue;
    for (const each of module.module.functions) {
      // A dunder method runs when its class is used: `Pipeline()` is its `__init__`.
      const name = each.name === "__init__" || each.name === "__call__" ? (each.className ?? each.name) : each.name;
      const same = byName.get(name);
      if (same === undefined) byName.set(name, [{ module, function: each }]);
      else if (same.length < maxNamesakes) same.push({ module, function: each });
    }
  }
  return byName;
}

/** Whether a node stands in a branch of an `if` inside a function's body. */
export function isInIf(node: SyntaxNode, body: SyntaxNode): boolean {
  let part = node;
  for (const around of ancestors(node)) {
    if (part === body) return false;
    if (around.kind === "if_statement" && part.field !== "condition") return true;
    part = around;
  }
  return false;
}
