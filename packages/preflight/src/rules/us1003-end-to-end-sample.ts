import type { ProjectFacts } from "#facts/project/project-facts.js";
import type { ProjectRule } from "./rule.js";
import { fromLine, imageInUse } from "./shared/judged-image.js";
import { missingEvidence, recordedRuns } from "./shared/missing-evidence.js";
import { testFiles } from "./shared/test-files.js";

/** Nobody has sent one sample job through the whole worker. */
export const endToEndSample: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1003",
    name: "end-to-end-sample",
    level: "note",
    phase: "deploy",
    summary: "No sample job is sent through the whole worker.",
    seeds: ["S120", "S54", "S55", "S60", "S65", "S69"],
    fix: "by-hand",
  },
  *check(project) {
    const image = imageInUse(project);
    if (image === undefined || project.isListingCut) return;
    yield* missingEvidence(project, {
      kind: "end-to-end",
      subject: "an end-to-end sample job",
      remedy: "Send one short clip through the built image and check the steps, the length, the sound and the link.",
      at: fromLine(image),
      atDeploy: "error",
      atBuild: samplesOf(project).length > 0 ? undefined : { level: "note", message: noSample },
    });
  },
  lookedAt: (project) => recordedRuns(project, "end-to-end") || samplesOf(project).join(", "),
};

const noSample =
  "No file sends a sample job through the whole worker: the parts may each work and the result be wrong.";

/** Tests named end to end, and the tests that RunPod's Hub runs against the built image at each release. */
function samplesOf(project: ProjectFacts): readonly string[] {
  const named = testFiles(project).filter(({ path }) => /e2e|end[-_]?to[-_]?end/i.test(path));
  const hub = project.payloads.filter(({ source }) => source === "hub-test");
  return [...new Set([...named.map(({ path }) => path), ...hub.map(({ location }) => location.path)])];
}
