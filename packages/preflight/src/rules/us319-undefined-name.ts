import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { textOf, type PythonModule, type PythonProblem, type SyntaxNode } from "#facts/python/module.js";
import { ancestors, walk } from "#facts/python/syntax.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { codeInRuns } from "./shared/code-in-runs.js";
import { jobFunctionsOf } from "./shared/job-functions.js";

/** A name that nothing in the module binds: NameError as soon as the line runs. */
export const undefinedName: ImageRule = {
  scope: "image",
  meta: {
    id: "US319",
    name: "undefined-name",
    level: "error",
    phase: "job",
    summary: "Code in a RUN step, or code that the start command reaches, uses a name that nothing defines.",
    seeds: ["S93"],
    fix: "by-hand",
  },
  *check(image) {
    for (const { code, module, isDecisive } of codeInRuns(image)) {
      for (const problem of byName(module.undefinedNames)) {
        const isSure = isDecisive && isStraight(nodeOf(module, problem), undefined);
        yield undefinedIn(problem, code.code.path, {
          words: isSure ? "The build stops here" : "This line fails when it runs",
          phase: "build",
          level: isSure ? "error" : "warning",
        });
      }
    }
    for (const module of image.python.modules) {
      if (!module.isReachable) continue;
      const path = module.projectPath ?? module.module.source.path;
      for (const problem of byName(module.module.undefinedNames)) {
        yield undefinedIn(problem, path, momentOf(problem, module, image));
      }
      for (const problem of byName(module.module.unboundLocals)) {
        yield unboundIn(problem, path, momentOf(problem, module, image));
      }
    }
  },
  lookedAt: (image) => {
    const count = codeInRuns(image).length + image.python.modules.filter(({ isReachable }) => isReachable).length;
    return count === 0 ? "" : `${count} pieces of Python that run`;
  },
};

/** What happens, and when. */
interface Moment extends Pick<Report, "phase" | "level" | "confidence"> {
  readonly words: string;
}

/** The first use of each name. */
function byName(problems: readonly PythonProblem[]): readonly PythonProblem[] {
  const names = new Map<string, PythonProblem>();
  for (const problem of problems) if (!names.has(problem.message)) names.set(problem.message, problem);
  return [...names.values()];
}

function undefinedIn({ message: name, line }: PythonProblem, path: string, { words, ...moment }: Moment): Report {
  return {
    message: `${words}: nothing defines ${name}.`,
    remedy: `Define or import ${name} before this line, or drop the line.`,
    at: { path, line },
    ...moment,
  };
}

/** UnboundLocalError: Python decides when it compiles the function that the name is its own. */
function unboundIn({ message: name, line }: PythonProblem, path: string, { words, ...moment }: Moment): Report {
  return {
    message: `${words}: ${name} is read here before the function assigns it, and the assignment makes it the function's own.`,
    remedy: `Write \`global ${name}\` as the first line of the function, or give the local one another name.`,
    at: { path, line },
    ...moment,
  };
}

function momentOf(problem: PythonProblem, module: ImageModule, image: ImageFacts): Moment {
  const node = nodeOf(module.module, problem);
  if (isStraight(node, undefined)) return { words: "The worker dies at start", phase: "start" };
  const job = jobFunctionsOf(image).find(
    ({ module: owner, function: { body } }) =>
      owner === module && body.line <= problem.line && problem.line <= body.endLine,
  );
  if (job !== undefined && !job.isConditional && isStraight(node, job.function.body)) {
    return { words: "Every job fails", phase: "job", confidence: "likely" };
  }
  return { words: "This line fails when it runs", phase: "job", level: "warning" };
}

function nodeOf({ tree, source }: PythonModule, { message, line }: PythonProblem): SyntaxNode | undefined {
  if (tree === undefined) return undefined;
  for (const node of walk(tree)) {
    if (node.kind === "identifier" && node.line === line && textOf({ source }, node) === message) return node;
  }
  return undefined;
}

/** Whether nothing but the flow of the body decides that the node runs, and nothing catches its failure. */
function isStraight(node: SyntaxNode | undefined, body: SyntaxNode | undefined): boolean {
  let part = node;
  if (part === undefined) return false;
  for (const around of ancestors(part)) {
    if (around === body) return true;
    if (deciding.has(around.kind) && !isEvaluatedFirst(part, around)) return false;
    part = around;
  }
  return body === undefined;
}

/** The condition of `if`, `while` and `x if c else y`, what a loop runs over, the left side of `and` and `or`. */
function isEvaluatedFirst(part: SyntaxNode, around: SyntaxNode): boolean {
  switch (around.kind) {
    case "if_statement":
    case "while_statement":
      return part.field === "condition";
    case "for_statement":
      return part.field === "right";
    case "boolean_operator":
      return part.field === "left";
    case "conditional_expression":
      return around.children[1] === part;
    default:
      return false;
  }
}

const deciding: ReadonlySet<string> = new Set([
  "boolean_operator",
  "conditional_expression",
  "except_clause",
  "finally_clause",
  "for_statement",
  "function_definition",
  "if_statement",
  "lambda",
  "match_statement",
  "try_statement",
  "while_statement",
]);
