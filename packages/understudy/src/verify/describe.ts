import { assertNever, type ProvenanceClaim, type ProvenanceFacts } from "@understudy/render";
import { dayOf } from "#cli/day-of.js";
import type { ConsentStanding, Verdict, VerifyReport } from "./verify-report.js";

/** The report in plain words, a line each. */
export function verifyReportInWords(report: VerifyReport): string[] {
  const { file, verdict, reason, code, hint, provenance, looksLike, sha256 } = report;
  return [
    `${marks[verdict]} ${file}: ${headline(report)}`,
    `  ${reason}`,
    ...(code === undefined ? [] : [`  → ${hint} (${code})`]),
    "",
    ...section("Shown", provenance.state === "valid" ? shownInWords(provenance.claim) : []),
    ...section("Credentials", provenanceInWords(provenance)),
    ...section("Watermark", [watermarkInWords(report)]),
    ...section("Render", rendersInWords(report)),
    ...section(
      "Looks like",
      looksLike.map(
        ({ renderId, similarity }) =>
          `the video of ${renderId} (${Math.round(100 * similarity)} %): a copy of that video, or its source`,
      ),
    ),
    ...section("SHA-256", [sha256]),
  ];
}

/** A file of which nothing is known is not at fault. */
const marks: Record<Verdict, string> = {
  ours: "✓",
  signed: "✓",
  altered: "✗",
  invalid: "✗",
  remote: "–",
  stripped: "✗",
  unmarked: "–",
};

function headline({ verdict, provenance, matches, medium }: VerifyReport): string {
  const namesAi = provenance.state === "valid" && provenance.claim.actions.some(isByAi);
  switch (verdict) {
    case "ours":
      return namesAi || matches.length > 0 ? "unchanged, made here with AI" : "unchanged, signed here";
    case "signed":
      return `unchanged since somebody else signed it${namesAi ? ", who says that it was made with AI" : ""}`;
    case "altered":
      return "changed after it was signed";
    case "invalid":
      return "its credentials cannot be relied on";
    case "remote":
      return "its credentials are not in the file";
    case "stripped":
      return `made ${matches.length > 0 ? "here" : "with Understudy, and"} with AI; its credentials were removed`;
    case "unmarked":
      return medium === "video" ? "no credentials and no watermark" : "no credentials";
    default:
      return assertNever(verdict);
  }
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.map((line, number) => `  ${(number === 0 ? title : "").padEnd(12)}${line}`);
}

type Action = ProvenanceClaim["actions"][number];

/** Both terms that IPTC has for it: all of the content, or parts. */
function isByAi({ digitalSourceType = "" }: Action): boolean {
  return /trainedAlgorithmicMedia$/i.test(digitalSourceType);
}

/** Most time ranges of one kind that are told. */
const maxRanges = 20;

function shownInWords(claim: ProvenanceClaim): string[] {
  const byAi = claim.actions.filter(isByAi).map((action) => ({ ...action, kind: kindInWords(action, claim) }));
  if (byAi.length === 0) return ["nothing made by AI, as far as its credentials tell"];
  return [...new Set(byAi.map(({ kind }) => kind))].map((kind) => {
    const ranges = byAi.flatMap(({ kind: its, startSeconds: start, endSeconds: end }) =>
      its !== kind || start === undefined || end === undefined ? [] : [`${start.toFixed(2)}-${end.toFixed(2)}`],
    );
    if (ranges.length === 0) return kind;
    const more = ranges.length > maxRanges ? `, and ${ranges.length - maxRanges} more` : "";
    return `${kind} at ${ranges.slice(0, maxRanges).join(", ")} s${more}`;
  });
}

/** Only a claim of ours says what an edit was. */
function kindInWords({ action }: Action, { renderId }: ProvenanceClaim): string {
  if (action === "c2pa.edited" && renderId !== undefined) return "a face drawn by AI";
  if (action === "c2pa.dubbed") return "a voice made by AI";
  return action === "c2pa.created" ? "made by AI" : "changed by AI";
}

function provenanceInWords(facts: ProvenanceFacts): string[] {
  switch (facts.state) {
    case "valid": {
      const { signer, trust, claim } = facts;
      const isSelfIssued = trust === "ours" && signer.name === signer.issuer;
      return [
        `signed by ${signer.name}, ${trustInWords[trust]}${isSelfIssued ? "; public viewers show it as unknown" : ""}`,
        `made with ${claim.generator}${claim.signedAt === undefined ? "" : `, signed at ${claim.signedAt}`}`,
      ];
    }
    case "altered":
      return ["the content does not fit the signature"];
    case "invalid":
      return [...new Set(facts.problems.map(problemInWords))];
    case "remote":
      return ["named on the network only, not fetched"];
    case "absent":
      return ["none"];
    default:
      return assertNever(facts);
  }
}

const trustInWords = {
  ours: "a certificate of this installation",
  trusted: "on your list of trusted signers",
  unknown: "who is not known to this computer",
} as const;

/** C2PA's words of status, and our own, are for programs. */
function problemInWords(problem: string): string {
  return problems.find(([code]) => code.test(problem))?.[1] ?? "they are damaged";
}

const problems: readonly (readonly [RegExp, string])[] = [
  [/^(signingCredential\.expired|claimSignature\.(outsideValidity|insideValidity))/, "their certificate has run out"],
  [/^signingCredential\./, "they are signed with a certificate that may not sign"],
  [/^claimSignature\./, "they were changed after they were signed"],
  [/\(sidecar\)$/, "the .c2pa file beside it holds none that can be read"],
  [/\(too-many-boxes\)$/, "not looked for: the file has more parts than any that was made to be watched"],
  [/\(time-limit\)$/, "not read: the file was made to keep its reader busy"],
];

function watermarkInWords({ watermark, medium }: VerifyReport): string {
  if (watermark?.found) return `found: ${watermark.id}`;
  if (watermark !== undefined) return watermark.reason === "too-short" ? "not found: too short to tell" : "not found";
  if (medium === "picture") return "not looked for: it is a picture";
  return medium === "sound" ? "no picture in it" : "not looked for: no picture could be decoded";
}

const noRecord = "no record here (erased, or kept by another data folder or the service)";

function rendersInWords({ provenance, watermark, matches }: VerifyReport): string[] {
  if (matches.length > 0) return matches.map(matchInWords);
  const isNamed =
    provenance.state === "valid" && provenance.trust === "ours" && provenance.claim.renderId !== undefined;
  return [isNamed || watermark?.found ? noRecord : "none of this installation's"];
}

function matchInWords(match: VerifyReport["matches"][number]): string {
  const reasons = new Intl.ListFormat("en-GB").format(match.by);
  const consents = match.consents.map(consentInWords).join("; ");
  return `${match.renderId} of ${dayOf(match.startedAt)}, by its ${reasons}; ${consents}`;
}

function consentInWords({ consentId, consentState, consentEndedAt }: ConsentStanding): string {
  const when = consentEndedAt === undefined ? "" : ` on ${dayOf(consentEndedAt)}`;
  switch (consentState) {
    case "live":
      return consentId;
    case "expired":
      return `${consentId}; that consent ran out${when}`;
    case "revoked":
      return `${consentId}; that consent was taken back${when}: do not publish`;
    case "unknown":
      return `${consentId}, not on record here`;
    default:
      return assertNever(consentState);
  }
}
