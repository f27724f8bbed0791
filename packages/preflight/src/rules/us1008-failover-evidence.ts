import type { ProjectRule } from "./rule.js";
import { fromLine, imageInUse } from "./shared/judged-image.js";
import { missingEvidence, recordedRuns } from "./shared/missing-evidence.js";

/** Nobody has taken a worker away in the middle of a job. */
export const failoverEvidence: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1008",
    name: "failover-evidence",
    level: "warning",
    phase: "deploy",
    summary: "No run is recorded in which a worker went away in the middle of a job.",
    seeds: ["S54"],
    fix: "by-hand",
  },
  *check(project) {
    const image = imageInUse(project);
    if (image === undefined) return;
    yield* missingEvidence(project, {
      kind: "failover",
      subject: "a lost worker",
      remedy:
        "Stop a worker in the middle of a job: the job must be taken up again or fail in words, and never bill twice.",
      at: fromLine(image),
      atDeploy: "warning",
      atBuild: undefined,
    });
  },
  lookedAt: (project) => recordedRuns(project, "failover"),
};
