import type { Finding, Phase, Unjudged } from "#model/finding.js";
import type { Counts, Judgement, Verdict, VerdictWord } from "#model/verdict.js";

/** The phases in the order in which an image lives through them. */
export const phasesInOrder: readonly Phase[] = ["build", "start", "job", "deploy", "security"];

/** An image as far as the verdict cares. */
export interface JudgedImage {
  readonly dockerfile: string;
  /** False: its errors do not block while another image is live. */
  readonly isLive: boolean;
}

/** Decides the whole and each phase. NO-GO beats UNKNOWN: a known fault stays one, whatever else could not be looked at. */
export function judge(
  findings: readonly Finding[],
  unjudged: readonly Unjudged[],
  images: readonly JudgedImage[],
): Verdict {
  const idle = idleImages(images);
  const decide = (phase?: Phase): Judgement =>
    judgement(
      findings.filter((finding) => phase === undefined || finding.phase === phase),
      unjudged.filter((each) => phase === undefined || each.phase === phase),
      (finding) => isDecisive(finding) && !isOf(finding, idle),
    );
  const phases = Object.fromEntries(phasesInOrder.map((phase) => [phase, decide(phase)])) as Record<Phase, Judgement>;
  return { ...decide(), phases, findings, unjudged };
}

/** Decides one image by its own findings, live or not. */
export function judgeImage(findings: readonly Finding[], unjudged: readonly Unjudged[], dockerfile: string): Judgement {
  const own = findings.filter(({ image }) => image === undefined || image === dockerfile);
  return judgement(own, unjudged, isDecisive);
}

/** Whether a finding is strong enough to stop a deployment: an error, and not a guess. */
export function isDecisive({ level, confidence }: Finding): boolean {
  return level === "error" && confidence !== "possible";
}

/** The findings that make a NO-GO: decisive, and of an image that counts. */
export function blockingFindings(findings: readonly Finding[], images: readonly JudgedImage[]): readonly Finding[] {
  const idle = idleImages(images);
  return findings.filter((finding) => isDecisive(finding) && !isOf(finding, idle));
}

/** Findings by level, each place once. */
export function countLevels(findings: readonly Finding[]): Counts {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { level } of distinctFindings(findings)) counts[level]++;
  return counts;
}

/** Findings without repetitions: a fault in a file that several images copy is one fault. The first of equal ones stays. */
export function distinctFindings(findings: readonly Finding[]): readonly Finding[] {
  const byPlace = new Map<string, Finding>();
  for (const finding of findings) {
    const { ruleId, level, location, message } = finding;
    const key = [ruleId, level, location.path, location.line, message].join("\0");
    if (!byPlace.has(key)) byPlace.set(key, finding);
  }
  return [...byPlace.values()];
}

function judgement(
  findings: readonly Finding[],
  unjudged: readonly Unjudged[],
  blocks: (finding: Finding) => boolean,
): Judgement {
  return { verdict: wordFor(findings, unjudged, blocks), counts: countLevels(findings) };
}

function wordFor(
  findings: readonly Finding[],
  unjudged: readonly Unjudged[],
  blocks: (finding: Finding) => boolean,
): VerdictWord {
  if (findings.some(blocks)) return "NO-GO";
  if (unjudged.some(({ isRequired }) => isRequired)) return "UNKNOWN";
  return findings.some(({ level }) => level !== "note") ? "GO-WITH-WARNINGS" : "GO";
}

/** Images that nothing builds. When that is true of all of them, all of them count. */
function idleImages(images: readonly JudgedImage[]): ReadonlySet<string> {
  if (!images.some(({ isLive }) => isLive)) return new Set();
  return new Set(images.filter(({ isLive }) => !isLive).map(({ dockerfile }) => dockerfile));
}

function isOf({ image }: Finding, images: ReadonlySet<string>): boolean {
  return image !== undefined && images.has(image);
}
