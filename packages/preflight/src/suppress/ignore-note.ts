import { createHash } from "node:crypto";
import type { Finding } from "#model/finding.js";
import type { IgnoreProblem } from "./ignore-comments.js";

/** Says that an ignore comment has no effect. `US000` is no rule: it cannot be ignored itself. */
export function ignoreNote(path: string, { line, message }: IgnoreProblem): Finding {
  return {
    ruleId: "US000",
    ruleName: "ignore-comment",
    level: "note",
    confidence: "certain",
    phase: "build",
    message,
    remedy:
      "Write `# preflight ignore=US308 reason=why it is right here`, with until=2026-12-31 if it ends; or remove it.",
    location: { path, line },
    evidence: [],
    image: undefined,
    fix: undefined,
    fingerprint: createHash("sha256").update(`US000\0${path}\0${line}\0${message}`).digest("hex").slice(0, 16),
  };
}
