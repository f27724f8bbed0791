import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { PythonProblem } from "#facts/python/module.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { asHereDocument } from "./shared/as-here-document.js";
import { codeInRuns, type RunCode } from "./shared/code-in-runs.js";
import { flattenedAt } from "./shared/flattened-python.js";
import { modulesRunInBuild } from "./shared/run-in-build.js";
import { firstSyntaxError, syntaxConfidence, syntaxWords } from "./shared/syntax-message.js";

/** Python code inside a RUN step that does not compile once Docker and the shell have unquoted it. */
export const runPythonSyntax: ImageRule = {
  scope: "image",
  meta: {
    id: "US301",
    name: "run-python-syntax",
    level: "error",
    phase: "build",
    summary: "Python code inside a RUN step does not compile.",
    seeds: ["S81"],
    fix: "auto",
  },
  *check(image) {
    for (const each of codeInRuns(image)) {
      const problem = firstSyntaxError(each.module);
      // US303 tells flattened code better.
      if (problem === undefined || flattenedAt(each.code.code.text) !== undefined) continue;
      yield refusedCode(each, problem, image);
    }
    for (const module of image.python.modules) {
      const problem = module.projectPath === undefined ? firstSyntaxError(module.module) : undefined;
      if (problem !== undefined && !holdsVariable(module)) yield refusedFile(module, problem, image);
    }
  },
  lookedAt: (image) => {
    const written = image.python.modules.filter(({ projectPath }) => projectPath === undefined).length;
    const count = codeInRuns(image).length + written;
    return count === 0 ? "" : `${count} pieces of Python in RUN steps`;
  },
};

function refusedCode(found: RunCode, problem: PythonProblem, image: ImageFacts): Report {
  const { code, isDecisive } = found;
  const fix = asHereDocument(found, image);
  const end = isDecisive ? "The build stops here" : "This code never runs, and nothing tells";
  return {
    message: `${end}: Python refuses the code (${syntaxWords(problem)}).`,
    remedy:
      fix === undefined
        ? "Correct the code."
        : "Write it as a here-document: the shell eats no quotes of its own there.",
    at: { path: code.code.path, line: problem.line },
    level: isDecisive ? "error" : "warning",
    confidence: syntaxConfidence(problem),
    evidence: [
      {
        statement: "The code starts here, after Docker and the shell have unquoted it.",
        location: { path: code.code.path, line: code.code.lineAt(0) },
      },
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}

function refusedFile(module: ImageModule, problem: PythonProblem, image: ImageFacts): Report {
  const { imagePath, isReachable, reachedBy } = module;
  const run = modulesRunInBuild(image).find((each) => each.module === module && each.isDecisive);
  const words = `${imagePath} is written here and does not compile (${syntaxWords(problem)})`;
  const shared = {
    remedy: "Correct the code, or COPY the file from the project.",
    at: { path: module.module.source.path, line: problem.line },
    confidence: syntaxConfidence(problem),
  };
  if (run !== undefined) {
    const evidence = [{ statement: "It is run here.", location: run.command.location }];
    return { ...shared, message: `The build stops: ${words}.`, evidence };
  }
  if (!isReachable) return { ...shared, message: `${words}; nothing is seen to run it.`, level: "note" };
  const evidence = [{ statement: `It is reached by way of ${reachedBy.join(" -> ")}.` }];
  return { ...shared, message: `The worker dies at start: ${words}.`, phase: "start", evidence };
}

/** A text that only the build knows in full. */
function holdsVariable({ module }: ImageModule): boolean {
  return /\$[\w{(]|`/.test(module.source.text);
}
