import { assertNever, errorFacts, type ErrorCode } from "@understudy/render";
import type { FileFacts, Verdict, VerifyReport } from "./verify-report.js";

/** The judgement part of a report. */
export type Judgement = Pick<VerifyReport, "verdict" | "code" | "reason" | "hint">;

/** Says what a file is from what was found. Pure. */
export function judge(facts: FileFacts): Judgement {
  const { provenance, matches } = facts;
  if (matches.some(({ by }) => by.includes("bytes"))) {
    return whole("ours", "Every byte is as this installation delivered it.");
  }
  switch (provenance.state) {
    case "valid": {
      const named = matches.find(({ by }) => by.includes("credentials"));
      if (named?.deliveredSha256 !== undefined && provenance.trust === "ours") {
        return broken("altered", "content-altered", "Its bytes are not those that were delivered.");
      }
      if (provenance.trust === "ours") {
        return whole("ours", "Its credentials are whole and were signed by this installation.");
      }
      const known = provenance.trust === "trusted" ? "a signer you trust" : "a signer this computer does not know";
      return whole("signed", `Its credentials are whole and were signed by ${known}.`);
    }
    case "altered":
      return broken("altered", "content-altered", "Its content is not what was signed.");
    case "invalid":
      return broken("invalid", "credentials-invalid", "Its credentials cannot be read, or cannot be relied on.");
    case "remote":
      return broken("remote", "credentials-remote", "It only names credentials on the network; they were not fetched.");
    case "absent":
      return facts.watermark?.found === true
        ? broken("stripped", "credentials-missing", "It carries no credentials, but our watermark is in its picture.")
        : broken("unmarked", "credentials-missing", `It carries no credentials, and ${noWatermark(facts)}. ${neutral}`);
    default:
      return assertNever(provenance);
  }
}

const neutral = "That says nothing for or against it.";

function noWatermark({ medium }: FileFacts): string {
  switch (medium) {
    case "picture":
      return "a watermark is in videos only";
    case "sound":
      return "has no picture in which a watermark could be";
    case "video":
    case undefined:
      return "no watermark of ours was read";
    default:
      return assertNever(medium);
  }
}

function whole(verdict: Verdict, reason: string): Judgement {
  return { verdict, reason };
}

function broken(verdict: Verdict, code: ErrorCode, reason: string): Judgement {
  return { verdict, code, reason, hint: errorFacts[code].hint };
}
