import { posix } from "node:path";
import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { PythonProblem } from "#facts/python/module.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { isOnlyTried } from "./shared/only-tried.js";
import { modulesRunInBuild } from "./shared/run-in-build.js";
import { firstSyntaxError, syntaxConfidence, syntaxWords } from "./shared/syntax-message.js";

/** A Python file of the image that does not compile: whatever imports it dies. */
export const fileSyntax: ImageRule = {
  scope: "image",
  meta: {
    id: "US302",
    name: "file-syntax",
    level: "error",
    phase: "start",
    summary: "A Python file that is copied into the image does not compile.",
    seeds: ["S36"],
    fix: "by-hand",
  },
  *check(image) {
    const byFile = new Map<string, Report>();
    const unreached = image.python.modules.filter(({ isReachable }) => !isReachable);
    const runInBuild = new Set(modulesRunInBuild(image).map(({ module }) => module));
    const isRead = (module: ImageModule) =>
      module.isReachable || runInBuild.has(module) || unreached.length <= maximumUnreached;
    for (const module of image.python.modules.filter(isRead)) {
      const path = module.projectPath;
      const problem = path === undefined ? undefined : firstSyntaxError(module.module);
      if (path === undefined || problem === undefined) continue;
      const report = refused(module, path, problem, image);
      const known = byFile.get(path);
      // A file that is copied twice is one fault, the one that matters most.
      if (report !== undefined && (known === undefined || known.level === "note")) byFile.set(path, report);
    }
    yield* byFile.values();
  },
  lookedAt: (image) => {
    const count = image.python.modules.length;
    return count === 0 ? "" : `${count} Python files of the image`;
  },
};

/** Files that nothing is seen to run give notes only; reading 600 of them takes 2 s. */
const maximumUnreached = 100;

function refused(module: ImageModule, path: string, problem: PythonProblem, image: ImageFacts): Report | undefined {
  const words = syntaxWords(problem);
  const shared = {
    remedy: `Correct line ${problem.line}; \`python -m py_compile ${path}\` shows the same.`,
    at: { path, line: problem.line },
    confidence: syntaxConfidence(problem),
  };
  const runs = modulesRunInBuild(image).filter((each) => each.module === module);
  const run = runs.find((each) => each.isDecisive);
  if (run !== undefined) {
    const evidence = [{ statement: `${module.imagePath} is run here.`, location: run.command.location }];
    return { ...shared, message: `The build stops: Python refuses ${path} (${words}).`, phase: "build", evidence };
  }
  if (module.isReachable) {
    const evidence = [{ statement: `It is reached by way of ${module.reachedBy.join(" -> ")}.` }];
    if (isOnlyTried(module, image)) {
      const message = `Python refuses ${path} (${words}): what imports it always takes its fallback.`;
      return { ...shared, message, level: "warning", evidence };
    }
    const when = module.reachedBy.length === 1 ? "The worker dies at start" : "The worker dies when it imports this";
    return { ...shared, message: `${when}: Python refuses ${path} (${words}).`, evidence };
  }
  if (isSetAside(path, image)) return undefined;
  const isTried = runs.length > 0;
  const message = `Python refuses ${path} (${words}); ${isTried ? "its run in the build fails and nothing tells" : "nothing is seen to run it"}.`;
  return { ...shared, message, level: isTried ? "warning" : "note" };
}

/** Backups, copies, templates and test data may hold anything. */
function isSetAside(path: string, { project }: ImageFacts): boolean {
  const parts = path.split("/");
  const isTestData = parts.some((part) => project.config.testFolders.includes(part) || part.includes("template"));
  return isTestData || /[-_. ](?:old|bak|backup|broken|copy|orig|tmpl)\b|[{}]/i.test(posix.basename(path));
}
