import type { ImageFacts } from "#facts/image/image-facts.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";
import type { ProjectRule } from "./rule.js";
import { fromLine, imageInUse } from "./shared/judged-image.js";

/** Nobody will know what a failed job did, or what to do about it. */
export const operations: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1013",
    name: "operations",
    level: "note",
    phase: "deploy",
    summary: "The worker logs nothing, or no document says what to do when it fails.",
    seeds: ["S25", "S26", "S77", "S106"],
    fix: "by-hand",
  },
  *check(project) {
    const image = imageInUse(project);
    if (image?.target !== "serverless" || project.isListingCut) return;
    const level = project.config.profile === "deploy" ? "warning" : "note";
    if (logsNothing(image)) {
      yield {
        message: "No Python file that the start reaches logs or prints: a failed job leaves no trace.",
        remedy: "Log the job's id and each step with logging, or runpod.RunPodLogger.",
        at: fromLine(image),
        level,
        confidence: "likely",
      };
    }
    if (!hasRunbook(project)) {
      yield {
        message: "No document says what to do when jobs fail: no runbook, no troubleshooting, no word of alerts.",
        remedy: "Write down how to see failed jobs, what each error means, and who is told.",
        at: fromLine(image),
        level,
        confidence: "likely",
      };
    }
  },
  lookedAt: ({ documents }) => (documents.length === 0 ? "" : `${documents.length} documents`),
};

/** Silent when nothing, or not everything, of what the start reaches could be read or parsed. */
function logsNothing({ python, entry }: ImageFacts): boolean {
  const reached = python.modules.filter(({ isReachable }) => isReachable);
  if (reached.length === 0 || !entry.isComplete || reached.some(({ module }) => module.tree === undefined))
    return false;
  return !reached.some(({ module }) => module.calls.some(({ callee }) => logs.test(callee)));
}

const logs =
  /^print$|(?:^|\.)(?:log|debug|info|warn|warning|error|exception|critical)$|^(?:logging|loguru|structlog)\./;

function hasRunbook({ documents, files }: ProjectFacts): boolean {
  return documents.some(({ path }) => runbook.test(path) || runbook.test(files.get(path)?.text ?? ""));
}

const runbook =
  /\brunbook|troubleshoot|\bmonitoring\b|\balert(?:s|ing)\b|\bon-call\b|common (?:issues|problems|errors)|\bFAQ\b/i;
