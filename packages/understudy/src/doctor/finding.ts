/** `error` stops the service or a render, `warning` will cost somebody something, `ok` is as it should be. */
export type FindingLevel = "ok" | "warning" | "error";

/** What the doctor found out about one thing. */
export interface Finding {
  /** Permanent name, such as `data-folder-rights`. */
  readonly id: string;
  readonly level: FindingLevel;
  /** One sentence: how it is. */
  readonly what: string;
  /** The facts behind it; no secrets. */
  readonly evidence: string;
  /** What to do; empty when it is `ok`. */
  readonly remedy: string;
  /** Whether `--fix` does it. */
  readonly fixable: boolean;
}

/** In preflight's words: any error is NO-GO, any warning GO-WITH-WARNINGS. */
export type DoctorVerdict = "GO" | "GO-WITH-WARNINGS" | "NO-GO";

/** Judges an examination. */
export function verdictOf(findings: readonly Finding[]): DoctorVerdict {
  if (findings.some(({ level }) => level === "error")) return "NO-GO";
  return findings.some(({ level }) => level === "warning") ? "GO-WITH-WARNINGS" : "GO";
}

/** Something that is as it should be. */
export function ok(id: string, what: string, evidence: string): Finding {
  return { id, level: "ok", what, evidence, remedy: "", fixable: false };
}

/** Something that is not. */
export function trouble(
  level: "warning" | "error",
  id: string,
  what: string,
  facts: { readonly evidence: string; readonly remedy: string; readonly fixable?: boolean },
): Finding {
  return { id, level, what, fixable: false, ...facts };
}
