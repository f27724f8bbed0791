import type { Finding } from "./finding.js";
import { verdictOf } from "./finding.js";

const signs = { ok: "✓", warning: "!", error: "✗" } as const;

/** A finding in one line, and its remedy in another. */
export function findingInWords({ level, what, evidence, remedy }: Finding): readonly string[] {
  const line = `${signs[level]} ${what} (${evidence})`;
  return remedy === "" ? [line] : [line, `    ${remedy}`];
}

/** The last line. */
export function verdictInWords(findings: readonly Finding[]): string {
  const count = (level: Finding["level"], word: string): string[] => {
    const number = findings.filter((finding) => finding.level === level).length;
    return number === 0 ? [] : [`${number} ${word}${number === 1 ? "" : "s"}`];
  };
  const counts = [...count("error", "error"), ...count("warning", "warning")];
  return [verdictOf(findings), ...(counts.length === 0 ? [] : [counts.join(", ")])].join(": ");
}
