import type { ProjectRule } from "./rule.js";
import { fromLine, imageInUse } from "./shared/judged-image.js";
import { missingEvidence, recordedRuns } from "./shared/missing-evidence.js";
import { testFilesAbout } from "./shared/test-files.js";

/** No test hands the worker a bad job. */
export const errorRecoveryTests: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1007",
    name: "error-recovery-tests",
    level: "note",
    phase: "deploy",
    summary: "No test hands the worker a bad URL or a broken file.",
    seeds: ["S54", "S72"],
    fix: "by-hand",
  },
  *check(project) {
    const image = imageInUse(project);
    if (image?.target !== "serverless" || project.isListingCut) return;
    yield* missingEvidence(project, {
      kind: "error-recovery",
      subject: "bad jobs",
      remedy:
        "Send a dead URL, a picture without a face and a cut-off video: each must fail in words and leave no file.",
      at: fromLine(image),
      atDeploy: "error",
      atBuild: testFilesAbout(project, badInput).length > 0 ? undefined : { level: "note", message: noBadJob },
    });
  },
  lookedAt(project) {
    const count = testFilesAbout(project, badInput).length;
    return recordedRuns(project, "error-recovery") || (count === 0 ? "" : `${count} test files with bad input`);
  },
};

const noBadJob = "No test hands the worker a dead URL or a broken file: how it fails is found out by customers.";

/** What tests of failures are made of. */
const badInput = /pytest\.raises|assertRaises|toThrow|invalid|malformed|corrupt|bad_?url|missing_?(?:input|field|url)/i;
