import { z } from "zod";
import { PreflightError } from "#model/errors.js";
import type { Finding } from "#model/finding.js";

const baselineSchema = z.object({
  schemaVersion: z.literal("preflight-baseline/1"),
  findings: z.array(z.object({ fingerprint: z.string().regex(/^[0-9a-f]{16}$/) })),
});

/** The fingerprints of a baseline file. @throws PreflightError `bad-baseline` when it is none. */
export function readBaseline(text: string, path: string): ReadonlySet<string> {
  const parsed = baselineSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new PreflightError("bad-baseline", `${path} is not a baseline of this version.`);
  return new Set(parsed.data.findings.map(({ fingerprint }) => fingerprint));
}

/** The text of a baseline file that knows these findings. Rule and place are for the reader; fingerprints count. */
export function writeBaseline(findings: readonly Finding[]): string {
  const entries = findings
    .map(({ fingerprint, ruleId, location }) => ({ fingerprint, ruleId, path: location.path }))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return `${JSON.stringify({ schemaVersion: "preflight-baseline/1", findings: entries }, null, 2)}\n`;
}

function sortKey(entry: { readonly fingerprint: string; readonly ruleId: string; readonly path: string }): string {
  return `${entry.path}\0${entry.ruleId}\0${entry.fingerprint}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
