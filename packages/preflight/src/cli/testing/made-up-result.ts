import type { Finding, Unjudged } from "#model/finding.js";
import type { ImageResult, PreflightResult, RuleRun } from "#model/result.js";
import { judge, judgeImage } from "#verdict.js";

/** A finding with everything in it; `change` says what matters to a test. */
export function madeUpFinding(change: Partial<Finding> = {}): Finding {
  return {
    ruleId: "US101",
    ruleName: "copy-source-missing",
    level: "error",
    confidence: "certain",
    phase: "build",
    message: "handler.py is not in the build context, so the build stops at this line.",
    remedy: "Copy runpod-handler.py instead.",
    location: { path: "Dockerfile", line: 3 },
    evidence: [],
    image: "Dockerfile",
    fix: undefined,
    fingerprint: "0011223344556677",
    ...change,
  };
}

/** What a made-up result is made of. */
export interface MadeUpParts {
  readonly findings?: readonly Finding[];
  readonly unjudged?: readonly Unjudged[];
  readonly images?: readonly Omit<ImageResult, "judgement">[];
  readonly runs?: readonly RuleRun[];
  readonly suppressed?: PreflightResult["suppressed"];
  /** Texts by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A result as the engine would give it, without reading anything. */
export function madeUpResult(parts: MadeUpParts = {}): PreflightResult {
  const { findings = [], unjudged = [], runs = [], suppressed = [], files = {} } = parts;
  const images = parts.images ?? [{ dockerfile: "Dockerfile", context: "", isLive: true }];
  return {
    verdict: judge(findings, unjudged, images),
    images: images.map((image) => ({ ...image, judgement: judgeImage(findings, unjudged, image.dockerfile) })),
    project: {
      files: new Map(Object.entries(files).map(([path, text]) => [path, { text }])),
      buildCommands: [],
      endpoint: { imageReferences: [] },
    },
    suppressed,
    runs,
    counts: { files: Object.keys(files).length, images: images.length, rules: runs.length },
    milliseconds: 412,
  };
}
