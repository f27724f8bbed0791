import type { ProvenanceFacts } from "@understudy/render";
import { describe, expect, it } from "vitest";
import { judge } from "./judge.js";
import type { FileFacts, MatchReason } from "./verify-report.js";

const valid = (trust: "ours" | "trusted" | "unknown"): ProvenanceFacts => ({
  state: "valid",
  trust,
  signer: { name: "A", issuer: "B", expiresAt: "2036-01-01T00:00:00Z", certificateSha256: "e".repeat(64) },
  claim: { label: "urn:c2pa:1", generator: "Understudy 1", actions: [], softBindings: [], earlierManifests: 0 },
});
const facts = (provenance: ProvenanceFacts, rest: Partial<FileFacts> = {}): FileFacts => ({
  sha256: "a".repeat(64),
  byteLength: 1,
  provenance,
  matches: [],
  looksLike: [],
  ...rest,
});
const match = (...by: MatchReason[]) => ({
  renderId: "render_0123456789abcdef",
  by,
  startedAt: "2026-01-01T00:00:00Z",
  consentId: "consent_0123456789abcdef",
  deliveredSha256: "b".repeat(64),
  consentState: "live" as const,
  consents: [],
});
const marked = { watermark: { found: true, id: "0a1b2c", spans: [] } } as const;

describe("a file", () => {
  it.each([
    ["delivered here, byte for byte", facts({ state: "absent" }, { matches: [match("bytes")] }), "ours"],
    ["signed with our keys on a machine that lost its records", facts(valid("ours")), "ours"],
    ["signed by somebody else we trust", facts(valid("trusted")), "signed"],
    ["signed by somebody nobody here knows", facts(valid("unknown")), "signed"],
  ])("%s is whole", (_name, found, verdict) => {
    expect(judge(found)).toEqual({ verdict, reason: expect.stringMatching(/\.$/) });
  });

  it.each([
    ["whose signed content was changed", facts({ state: "altered", problems: [] }), "altered", "content-altered"],
    [
      "with our valid credentials whose bytes are not those of the render they name",
      facts(valid("ours"), { matches: [match("credentials")] }),
      "altered",
      "content-altered",
    ],
    ["with broken credentials", facts({ state: "invalid", problems: [] }), "invalid", "credentials-invalid"],
    ["with credentials elsewhere", facts({ state: "remote" }), "remote", "credentials-remote"],
    ["without credentials but with our mark", facts({ state: "absent" }, marked), "stripped", "credentials-missing"],
    ["without either", facts({ state: "absent" }), "unmarked", "credentials-missing"],
  ])("%s is not", (_name, found, verdict, code) => {
    expect(judge(found)).toMatchObject({ verdict, code, hint: expect.stringMatching(/\.$/) });
  });

  it.each([
    ["video", "no watermark of ours was read"],
    ["sound", "has no picture in which a watermark could be"],
    ["picture", "a watermark is in videos only"],
  ] as const)("that is a %s without marks is not under suspicion for it", (medium, why) => {
    expect(judge(facts({ state: "absent" }, { medium })).reason).toBe(
      `It carries no credentials, and ${why}. That says nothing for or against it.`,
    );
  });
});
