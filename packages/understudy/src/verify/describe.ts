import { assertNever, type ProvenanceFacts, type WatermarkReading } from "@understudy/render";
import type { RenderMatch, VerifyReport } from "./verify-report.js";

/** The report in plain words, a line each. */
export function verifyReportInWords(report: VerifyReport): string[] {
  const { file, verdict, reason, code, hint, provenance, watermark, matches, looksLike } = report;
  const isWhole = code === undefined;
  return [
    `${isWhole ? "✓" : "✗"} ${file}: ${verdictInWords[verdict]}`,
    `  ${reason}`,
    ...(isWhole ? [] : [`  → ${hint} (${code})`]),
    "",
    ...section("Credentials", provenanceInWords(provenance)),
    ...section("Watermark", [watermarkInWords(watermark)]),
    ...section("Render", matches.length === 0 ? ["none of this installation's"] : matches.map(matchInWords)),
    ...section(
      "Looks like",
      looksLike.map(({ renderId, similarity }) => `${renderId} (${Math.round(100 * similarity)} % alike)`),
    ),
    ...section("SHA-256", [report.sha256]),
  ];
}

const verdictInWords: Record<VerifyReport["verdict"], string> = {
  ours: "whole, made by this installation",
  signed: "whole, signed by somebody else",
  altered: "changed after it was signed",
  invalid: "its credentials cannot be relied on",
  remote: "its credentials are not in the file",
  stripped: "made with Understudy, its credentials were removed",
  unmarked: "no credentials",
};

function section(title: string, lines: readonly string[]): string[] {
  return lines.map((line, number) => `  ${(number === 0 ? title : "").padEnd(12)}${line}`);
}

function provenanceInWords(facts: ProvenanceFacts): string[] {
  switch (facts.state) {
    case "valid": {
      const { signer, trust, claim } = facts;
      const replaced = claim.actions.filter(({ startSeconds }) => startSeconds !== undefined);
      return [
        `signed by ${signer.name}, certificate ${trustInWords[trust]}`,
        `made with ${claim.generator}${claim.signedAt === undefined ? "" : `, timestamp ${claim.signedAt}`}`,
        ...claim.actions
          .filter(({ startSeconds }) => startSeconds === undefined)
          .map(({ action }) => action)
          .reduce<string[]>((all, action) => (all.length === 0 ? [action] : [`${all[0]}, ${action}`]), []),
        ...replaced.map(
          ({ action, startSeconds = 0, endSeconds = 0, digitalSourceType }) =>
            `${action} ${startSeconds.toFixed(2)}-${endSeconds.toFixed(2)} s${digitalSourceType === undefined ? "" : `: ${digitalSourceType}`}`,
        ),
      ];
    }
    case "altered":
    case "invalid":
      return facts.problems.length === 0 ? [facts.state] : [...facts.problems];
    case "remote":
      return ["named on the network only, not fetched"];
    case "absent":
      return ["none"];
    default:
      return assertNever(facts);
  }
}

const trustInWords = {
  ours: "of this installation (self-issued ones show as unknown in public viewers)",
  trusted: "on your list of trusted signers",
  unknown: "not known to this computer",
} as const;

function watermarkInWords(watermark: WatermarkReading | undefined): string {
  if (watermark === undefined) return "not looked for: no picture could be read";
  if (watermark.found) return `found: ${watermark.id}`;
  return watermark.reason === "too-short" ? "not found: too short to tell" : "not found";
}

function matchInWords({ renderId, by, startedAt, consentId }: RenderMatch): string {
  return `${renderId} of ${startedAt}, by its ${by.join(" and ")}; ${consentId}`;
}
