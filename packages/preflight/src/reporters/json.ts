import type { Finding } from "#model/finding.js";
import { printableJson } from "./printable.js";
import type { ReportInput } from "./report-input.js";

/** The result for programs. Fields are added, never renamed; a change that breaks a reader makes `preflight/2`. */
export function renderJson({ result, version }: ReportInput): string {
  const { verdict, images, suppressed, counts, milliseconds } = result;
  const { findings, unjudged, phases } = verdict;
  const report = {
    schemaVersion: "preflight/1",
    version,
    verdict: verdict.verdict,
    phases,
    counts: { ...verdict.counts, ...counts },
    milliseconds,
    images: images.map(({ dockerfile, context, isLive, judgement }) => ({ dockerfile, context, isLive, ...judgement })),
    findings: findings.map(publicFinding),
    unjudged: unjudged.map((each) => ({ ...each, ruleId: each.ruleId ?? null })),
    suppressed: suppressed.map(({ finding, by, reason }) => ({ by, reason, finding: publicFinding(finding) })),
  };
  return `${printableJson(report)}\n`;
}

function publicFinding({ fix, image, ...finding }: Finding): Record<string, unknown> {
  return { ...finding, image: image ?? null, fixable: fix !== undefined, fixTitle: fix?.title ?? null };
}
