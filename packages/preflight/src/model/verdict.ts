import type { Finding, Phase, Unjudged } from "./finding.js";

/** GO and GO-WITH-WARNINGS exit with 0, NO-GO with 1, UNKNOWN with 3. */
export type VerdictWord = "GO" | "GO-WITH-WARNINGS" | "NO-GO" | "UNKNOWN";

/** Computed counts of findings by level. */
export interface Counts {
  readonly error: number;
  readonly warning: number;
  readonly note: number;
}

/** What was decided for one phase, one image or the whole. */
export interface Judgement {
  readonly verdict: VerdictWord;
  readonly counts: Counts;
}

/** The whole answer. */
export interface Verdict extends Judgement {
  readonly phases: Readonly<Record<Phase, Judgement>>;
  readonly findings: readonly Finding[];
  readonly unjudged: readonly Unjudged[];
}
