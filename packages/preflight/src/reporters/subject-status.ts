import type { Finding } from "#model/finding.js";
import type { PreflightResult } from "#model/result.js";
import { imageReference } from "#plan/live-steps.js";
import { blockingFindings, distinctFindings } from "#verdict.js";
import { countOf } from "./printable.js";
import { isInRanges, type ReportSubject } from "./report-areas.js";

/**
 * PASS: rules looked at something and found nothing. PARTIAL: only warnings, or findings that were set aside. FAIL: an error
 * that blocks. UNKNOWN: only the running system can tell. UNVERIFIED: nothing was there to look at, or a check could not run.
 */
export type SubjectStatus = "PASS" | "PARTIAL" | "FAIL" | "UNKNOWN" | "UNVERIFIED";

/** What the run says of one subject. */
export interface SubjectAnswer {
  readonly title: string;
  readonly status: SubjectStatus;
  /** Why, one entry a fact; never empty. */
  readonly evidence: readonly string[];
  readonly findings: readonly Finding[];
  /** What would answer what the files leave open; undefined: nothing is left open. */
  readonly liveCommand: string | undefined;
}

/** Answers one subject of the report from the runs, the findings and what could not be judged. */
export function answerSubject(subject: ReportSubject, result: PreflightResult): SubjectAnswer {
  const isOwn = ({ ruleId }: { readonly ruleId: string | undefined }): boolean =>
    ruleId !== undefined && isInRanges(ruleId, subject.rules);
  const all = result.verdict.findings.filter(isOwn);
  const findings = distinctFindings(all);
  const blocking = blockingFindings(all, result.images);
  const costing = findings.filter(({ level }) => level !== "note");
  const unjudged = result.verdict.unjudged.filter(isOwn);
  const aside = result.suppressed.filter(({ finding }) => isOwn(finding));
  const passed = result.runs.filter((run) => isOwn(run) && run.findings === 0 && run.lookedAt !== "");

  const facts = [
    ...(findings.length === 0 ? [] : [`${countOf(findings.length, "finding")}: ${namesOf(findings)}`]),
    ...unjudged.map(({ reason }) => reason),
    ...aside.map(({ finding, reason }) => `${finding.ruleId} set aside: ${reason}`),
    ...lookedAt(passed),
  ];
  const open = subject.live === undefined ? [] : [`the files cannot tell whether ${subject.live.question}`];
  const status = ((): SubjectStatus => {
    if (blocking.length > 0) return "FAIL";
    if (costing.length > 0) return "PARTIAL";
    if (subject.live !== undefined) return "UNKNOWN";
    if (unjudged.length > 0) return "UNVERIFIED";
    if (aside.length > 0) return "PARTIAL";
    // A note of this phase says that something was never shown: other rules that pass do not show it either.
    if (findings.some(({ phase }) => phase === "deploy")) return "UNVERIFIED";
    return passed.length > 0 ? "PASS" : "UNVERIFIED";
  })();
  const evidence = [...facts, ...open];
  return {
    title: subject.title,
    status,
    evidence: evidence.length > 0 ? evidence : ["nothing in the project that a rule could look at"],
    findings,
    liveCommand: subject.live?.command.replace("IMAGE", () => imageReference(result)),
  };
}

/** Rules that looked at the same thing share a line. */
function lookedAt(passed: PreflightResult["runs"]): readonly string[] {
  const idsByThing = new Map<string, Set<string>>();
  for (const { ruleId, lookedAt: thing } of passed) {
    idsByThing.set(thing, (idsByThing.get(thing) ?? new Set()).add(ruleId));
  }
  return [...idsByThing].map(([thing, ids]) => `${[...ids].join(", ")} looked at ${thing}`);
}

function namesOf(findings: readonly Finding[]): string {
  return distinct(findings.map(({ ruleId, ruleName }) => `${ruleId} ${ruleName}`)).join(", ");
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
