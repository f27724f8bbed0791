import { newConsent, type Consent, type NewConsent } from "@understudy/render";
import { expect, test } from "vitest";
import { decideOutputs } from "#paths/index.js";
import { fakeManifest, fakePlan, fakeSource } from "#testing/fake-wiring.js";
import { planInWords, resultInWords } from "./describe.js";

const consentOf = (parts: Partial<NewConsent>) =>
  newConsent({
    subject: { name: "Jo" },
    method: "attested",
    operator: "Sam",
    statement: { text: "Jo agreed.", version: "1", language: "en" },
    scope: { use: "greetings" },
    ageConfirmed: true,
    photoSha256: ["a".repeat(64)],
    now: new Date("2026-01-01T00:00:00Z"),
    ...parts,
  });
const castOf = (consent: Consent) => [{ person: { kind: "largest" }, facePaths: ["jo.jpg"], consent }] as const;
const document = { kind: "document", sha256: "d".repeat(64), byteLength: 1, mediaType: "application/pdf" } as const;

test.each<[Partial<NewConsent>, string]>([
  [{ method: "attested" }, "word of Sam: agreed, and 18 or older"],
  [
    { method: "standing-attestation", expiresAt: "2027-06-30T00:00:00Z" },
    "standing word of Sam: agreed, and 18 or older; for greetings; until 2027-06-30",
  ],
  [
    { method: "e-signature", evidence: [document], scope: { use: "greetings", channels: ["mail", "web"] } },
    "e-signature of the person, for greetings; mail, web",
  ],
  [{ method: "fictional" }, "word of Sam: the person is invented"],
])("a dry run says on whose permission it rests: %o", (parts, ground) => {
  const consent = consentOf(parts);
  const words = planInWords({ source: fakeSource("ad.mp4"), plan: fakePlan() }, castOf(consent));
  expect(words).toContain(`\nConsent   ${consent.id} (${ground})\n`);
});

test("so does a finished render", () => {
  const consent = consentOf({});
  const outputs = decideOutputs({ cwd: "/films", video: "ad.mp4", out: undefined, report: false });
  expect(resultInWords(fakeManifest(), outputs, castOf(consent))).toContain(`\nConsent   ${consent.id} (word of Sam`);
});
