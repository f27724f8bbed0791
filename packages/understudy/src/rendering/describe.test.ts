import { newConsent, type Consent, type NewConsent } from "@understudy/render";
import { expect, test } from "vitest";
import { decideOutputs } from "#paths/index.js";
import { fakeManifest, fakePlan, fakeSource, fakeSpeech } from "#testing/fake-wiring.js";
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
  const words = planInWords({ source: fakeSource("ad.mp4"), plan: fakePlan() }, { cast: castOf(consent) });
  expect(words).toContain(`\nConsent   ${consent.id} (${ground})\n`);
});

test("a finished render says whose voice speaks, and where its captions are", () => {
  const consent = consentOf({});
  const outputs = decideOutputs({ cwd: "/films", video: "ad.mp4", out: undefined, report: false, captions: true });
  const captions = { mode: "sidecar", preset: "broadcast", words: "script", cues: 12 } as const;
  const words = resultInWords(
    fakeManifest({ speech: { ...fakeSpeech, cloned: true, engine: "chatterbox" }, captions }),
    outputs,
    castOf(consent),
  );
  expect(words).toContain(`\nVoice     chatterbox, cloned from the sample, under ${consent.id}; 45 words\n`);
  expect(words).toContain("\nCaptions  /films/ad-understudy.srt, .vtt, .ass; 12, a track of the video\n");
});

test("frames of swaps and labels are not counted as the captions'", () => {
  const plan = fakePlan([{ startSeconds: 1, endSeconds: 2 }], { captions: { mode: "burn", transcript: "Hello." } });
  const words = planInWords(
    { source: fakeSource("ad.mp4"), plan },
    { cast: castOf(consentOf({})), captions: { mode: "burn", transcript: "Hello." } },
  );
  expect(words).toContain("Captions may be drawn on 900 frames; 870 of them are encoded again only for that.");
});

test("so does a finished render", () => {
  const consent = consentOf({});
  const outputs = decideOutputs({ cwd: "/films", video: "ad.mp4", out: undefined, report: false });
  expect(resultInWords(fakeManifest(), outputs, castOf(consent))).toContain(`\nConsent   ${consent.id} (word of Sam`);
});

test("a finished render says what is not as in the source", () => {
  const outputs = decideOutputs({ cwd: "/films", video: "ad.mp4", out: undefined, report: false });
  const words = resultInWords(fakeManifest({ notes: ["Track 2 was left out."] }), outputs, castOf(consentOf({})));
  expect(words).toContain("\nNote      Track 2 was left out.\n");
});
