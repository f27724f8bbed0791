import type { ProjectRule } from "./rule.js";
import { fromLine, imageInUse } from "./shared/judged-image.js";
import { missingEvidence, recordedRuns } from "./shared/missing-evidence.js";

/** Nobody has tried several jobs at once. */
export const loadEvidence: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1006",
    name: "load-evidence",
    level: "warning",
    phase: "deploy",
    summary: "No run with several jobs at once is recorded.",
    seeds: ["S54", "S65", "S77"],
    fix: "by-hand",
  },
  *check(project) {
    const image = imageInUse(project);
    if (image === undefined) return;
    yield* missingEvidence(project, {
      kind: "load",
      subject: "jobs under load",
      remedy:
        "Send as many jobs at once as the endpoint has workers, and one more; record jobs, failures and the longest wait.",
      at: fromLine(image),
      atDeploy: "warning",
      atBuild: undefined,
    });
  },
  lookedAt: (project) => recordedRuns(project, "load"),
};
