import type { ProjectRule } from "./rule.js";
import { fromLine, imageInUse } from "./shared/judged-image.js";
import { missingEvidence, recordedRuns } from "./shared/missing-evidence.js";

/** A time limit is set, and nobody has measured a job against it. */
export const performanceEvidence: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1005",
    name: "performance-evidence",
    level: "note",
    phase: "deploy",
    summary: "No measured job time is recorded, or it is above the endpoint's limit.",
    seeds: ["S54", "S71", "S94"],
    fix: "by-hand",
  },
  *check(project) {
    const image = imageInUse(project);
    if (image === undefined) return;
    const limit = project.endpoint.executionTimeoutSeconds;
    for (const { kind, figures, staleBecause, location, statement } of project.evidence.runs) {
      const seconds = figures["longestJobSeconds"];
      if (kind !== "performance" || staleBecause !== undefined || seconds === undefined) continue;
      if (limit === undefined || seconds < limit.value) continue;
      yield {
        message: `The longest measured job took ${seconds} s and the endpoint ends a job after ${limit.value} s.`,
        remedy: "Raise the limit, shorten what one job does, or take a faster card.",
        at: limit.location,
        level: "error",
        evidence: [{ statement, location }],
      };
    }
    yield* missingEvidence(project, {
      kind: "performance",
      subject: "a measured job",
      remedy: "Time the longest job that you accept on the endpoint's card; record longestJobSeconds.",
      at: limit?.location ?? fromLine(image),
      atDeploy: "error",
      atBuild:
        limit === undefined
          ? undefined
          : { level: "note", message: `A job is ended after ${limit.value} s, and no measured job time is recorded.` },
    });
  },
  lookedAt: (project) => recordedRuns(project, "performance"),
};
