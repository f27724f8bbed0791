import type { ImageFacts } from "#facts/image/image-facts.js";
import type { ImageRule } from "./rule.js";
import { statusTextsOf } from "./shared/status-text.js";

/** A failure that is reported, and no way to have the record done again. */
export const noRetryPath: ImageRule = {
  scope: "image",
  meta: {
    id: "US911",
    name: "no-retry-path",
    level: "warning",
    phase: "deploy",
    summary: "A failed job is reported, and nothing in the project submits it again.",
    seeds: ["S104", "S106"],
    fix: "by-hand",
  },
  *check(image) {
    const failure = statusTextsOf(image).find(({ outcome, isSent }) => outcome === "failure" && isSent);
    if (failure === undefined || triesAgain(image)) return;
    yield {
      message: `A record that is reported as "${failure.text}" stays so: nothing in the project submits it again.`,
      remedy:
        "POST /retry/{job id} within the job's life, or a script or button that sends the record's job once more.",
      at: failure.location,
      confidence: "likely",
    };
  },
  lookedAt: (image) => {
    const sent = statusTextsOf(image).filter(({ isSent }) => isSent);
    return sent.length === 0 ? "" : `${sent.length} statuses of webhooks`;
  },
};

/** The worker tries again by itself, or a program or a blueprint of the project speaks of it; documents only wish. */
function triesAgain({ project, python }: ImageFacts): boolean {
  const worker = python.modules.filter(({ isReachable }) => isReachable);
  if (worker.some(({ module }) => /retr(?:y|ies)|attempt|back_?off|tenacity/i.test(module.source.text))) return true;
  return [...project.files.values()].some(
    ({ path, text }) =>
      /\.(?:py|sh|[cm]?[jt]sx?|json|ya?ml)$/.test(path) &&
      /\/retry\b|\bresubmit|\bre-?queue|retry_(?:job|record|failed)/i.test(text ?? ""),
  );
}
