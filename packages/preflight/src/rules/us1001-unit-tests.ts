import type { ImageFacts } from "#facts/image/image-facts.js";
import type { ProjectRule } from "./rule.js";
import { fromLine, imageInUse } from "./shared/judged-image.js";
import { missingEvidence, recordedRuns } from "./shared/missing-evidence.js";
import { testFiles } from "./shared/test-files.js";

/** Nothing tests the worker's own functions, or no fresh run of such tests is recorded. */
export const unitTests: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1001",
    name: "unit-tests",
    level: "warning",
    phase: "deploy",
    summary: "The project has no automatic tests, or no fresh run of them.",
    seeds: ["S54", "S65", "S67"],
    fix: "by-hand",
  },
  *check(project) {
    const image = imageInUse(project, ["worker", "service"]);
    if (image === undefined || project.isListingCut) return;
    const hasTests = testFiles(project).length > 0;
    const functionCount = ownFunctionCount(image);
    yield* missingEvidence(project, {
      kind: "unit",
      subject: "unit tests",
      remedy: hasTests
        ? "Run them, and keep the JUnit file or an entry in preflight.evidence.json."
        : "Write a test_*.py for each function that cuts, joins, uploads or reports, and run it in CI.",
      at: fromLine(image),
      atDeploy: "error",
      atBuild:
        hasTests || functionCount < fewFunctions
          ? undefined
          : {
              level: "note",
              message: `None of the ${functionCount} functions that the worker runs has a test: ${cost}`,
            },
    });
  },
  lookedAt(project) {
    const count = testFiles(project).length;
    return count === 0 ? recordedRuns(project, "unit") : `${count} test files`;
  },
};

const cost = "a change that breaks one shows when a paid job fails.";

/** A worker of fewer functions is its handler and little else: a sample job tests it as well. */
const fewFunctions = 6;

/** Functions of the project's own files that the start reaches. */
function ownFunctionCount({ python }: ImageFacts): number {
  return python.modules
    .filter(({ isReachable, projectPath }) => isReachable && projectPath !== undefined)
    .reduce((sum, { module }) => sum + module.functions.length, 0);
}
