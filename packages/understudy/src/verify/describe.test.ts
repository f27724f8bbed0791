import type { ProvenanceFacts } from "@understudy/render";
import { expect, test } from "vitest";
import { verifyReportInWords } from "./describe.js";
import { judge } from "./judge.js";
import type { ConsentStanding, FileFacts, JudgedMatch } from "./verify-report.js";

type Valid = Extract<ProvenanceFacts, { state: "valid" }>;

const ours: Valid = {
  state: "valid",
  trust: "ours",
  signer: {
    name: "Understudy self-issued",
    issuer: "Understudy self-issued",
    expiresAt: "2036-01-01T00:00:00Z",
    certificateSha256: "e".repeat(64),
  },
  claim: {
    label: "urn:c2pa:1",
    generator: "Understudy 0.1.0",
    actions: [
      { action: "c2pa.opened" },
      ...[1, 15].map((startSeconds) => ({
        action: "c2pa.edited",
        digitalSourceType: "compositeWithTrainedAlgorithmicMedia",
        startSeconds,
        endSeconds: startSeconds + 3,
      })),
      { action: "c2pa.dubbed", digitalSourceType: "trainedAlgorithmicMedia", startSeconds: 0, endSeconds: 2 },
    ],
    softBindings: [],
    renderId: "render_0123456789abcdef",
    earlierManifests: 0,
  },
};
const live = { consentId: "consent_0123456789abcdef", consentState: "live" } as const;
const matchUnder = (...consents: ConsentStanding[]): JudgedMatch => ({
  renderId: "render_0123456789abcdef",
  by: ["bytes", "credentials", "watermark"],
  startedAt: "2026-11-22T10:00:00Z",
  ...consents[0]!,
  consents,
});

function words(parts: Partial<FileFacts>): string {
  const facts: FileFacts = {
    sha256: "a".repeat(64),
    byteLength: 1,
    medium: "video",
    provenance: { state: "absent" },
    matches: [],
    looksLike: [],
    ...parts,
  };
  return verifyReportInWords({ file: "x.mp4", ...judge(facts), ...facts }).join("\n");
}

test("a delivered file is told from what matters to a viewer down to its hash", () => {
  const watermark = { found: true, id: "751322", spans: [] } as const;
  expect(words({ provenance: ours, watermark, matches: [matchUnder(live)] })).toBe(
    `✓ x.mp4: unchanged, made here with AI
  Every byte is as this installation delivered it.

  Shown       a face drawn by AI at 1.00-4.00, 15.00-18.00 s
              a voice made by AI at 0.00-2.00 s
  Credentials signed by Understudy self-issued, a certificate of this installation; public viewers show it as unknown
              made with Understudy 0.1.0
  Watermark   found: 751322
  Render      render_0123456789abcdef of 22 November 2026, by its bytes, credentials and watermark; consent_0123456789abcdef
  SHA-256     ${"a".repeat(64)}`,
  );
});

test.each([
  ["taken back", "revoked", "; that consent was taken back on 22 November 2026: do not publish"],
  ["run out", "expired", "; that consent ran out on 22 November 2026"],
  ["unknown", "unknown", ", not on record here"],
] as const)("a consent that is %s is told beside the render", (_what, consentState, ending) => {
  const ended = consentState === "unknown" ? {} : { consentEndedAt: "2026-11-22T10:00:00Z" };
  expect(words({ provenance: ours, matches: [matchUnder({ ...live, consentState, ...ended })] })).toContain(
    `consent_0123456789abcdef${ending}\n`,
  );
});

test("everybody's consent is told of a video that shows several people", () => {
  const revoked = { consentId: "consent_00000000000000ff", consentState: "revoked" } as const;
  expect(words({ provenance: ours, matches: [matchUnder(live, revoked)] })).toContain(
    "; consent_0123456789abcdef; consent_00000000000000ff; that consent was taken back: do not publish\n",
  );
});

test.each([
  ["the credentials", { provenance: ours }],
  ["the watermark", { watermark: { found: true, id: "751322", spans: [] } as const }],
])("a render that only %s still names is said to be off the record", (_what, parts) => {
  expect(words(parts)).toContain("Render      no record here (erased, or kept by another data folder or the service)");
});

test("nobody knowing a file is no fault of the file", () => {
  expect(words({})).toContain("– x.mp4: no credentials and no watermark\n");
  expect(words({})).toContain("That says nothing for or against it.");
  expect(words({ medium: "picture" })).toContain("Watermark   not looked for: it is a picture");
  expect(words({ medium: "sound" })).toContain("Watermark   no picture in it");
});

test("somebody else's claims are told as theirs", () => {
  const { renderId: _, ...claim } = ours.claim;
  const text = words({ provenance: { ...ours, trust: "unknown", claim } });
  expect(text).toContain("✓ x.mp4: unchanged since somebody else signed it, who says that it was made with AI");
  expect(text).toContain("Shown       changed by AI at 1.00-4.00, 15.00-18.00 s");
  expect(text).toContain("who is not known to this computer\n");
  expect(words({ provenance: { ...ours, trust: "unknown", claim: { ...claim, actions: [] } } })).toContain(
    "Shown       nothing made by AI, as far as its credentials tell",
  );
});

test("a list without end is cut", () => {
  const [, edit] = ours.claim.actions;
  const claim = { ...ours.claim, actions: Array.from({ length: 1000 }, () => edit!) };
  expect(words({ provenance: { ...ours, claim } })).toContain(" s, and 980 more\n");
});

test.each([
  ["assertion.bmffHash.mismatch", "altered", "the content does not fit the signature"],
  ["signingCredential.expired", "invalid", "their certificate has run out"],
  ["signingCredential.invalid", "invalid", "they are signed with a certificate that may not sign"],
  ["claimSignature.mismatch", "invalid", "they were changed after they were signed"],
  ["manifest.unreadable (sidecar)", "invalid", "the .c2pa file beside it holds none that can be read"],
  ["manifest.unreadable (too-many-boxes)", "invalid", "not looked for: the file has more parts than any"],
  ["something.new", "invalid", "they are damaged"],
] as const)("%s is told in plain words only", (problem, state, plain) => {
  const text = words({ provenance: { state, problems: [problem] } });
  expect(text).toContain(`Credentials ${plain}`);
  expect(text).not.toContain(problem);
});

test("a likeness says what it can mean", () => {
  expect(words({ looksLike: [{ renderId: "render_0123456789abcdef", similarity: 0.98 }] })).toContain(
    "Looks like  the video of render_0123456789abcdef (98 %): a copy of that video, or its source",
  );
});
