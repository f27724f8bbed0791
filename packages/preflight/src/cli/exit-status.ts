import { assertNever } from "#model/assert-never.js";
import type { VerdictWord } from "#model/verdict.js";

/** The exit status of a verdict. @param failOn `warning`: GO-WITH-WARNINGS fails too. */
export function exitStatusOf(verdict: VerdictWord, failOn: "error" | "warning" = "error"): number {
  switch (verdict) {
    case "GO":
      return 0;
    case "GO-WITH-WARNINGS":
      return failOn === "warning" ? 1 : 0;
    case "NO-GO":
      return 1;
    case "UNKNOWN":
      return 3;
    default:
      return assertNever(verdict);
  }
}
