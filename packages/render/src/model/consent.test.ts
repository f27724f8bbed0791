import { describe, expect, it } from "vitest";
import {
  assertConsentCovers,
  canonicalJson,
  consentCommitment,
  parseConsent,
  recordSha256,
  type ConsentFields,
} from "./consent.js";

const photo = "a".repeat(64);
const fields: ConsentFields = {
  version: 1,
  id: "consent_0123456789abcdef",
  subject: { id: "subject_0123456789abcdef", name: "Test person" },
  method: "recorded-passcode",
  operator: "Test operator",
  statement: { text: "agreed", version: "1", language: "en" },
  scope: { face: true, voice: false, use: "tests", channels: ["web"] },
  ageConfirmed: true,
  photoSha256: [photo],
  evidence: [
    {
      kind: "recording",
      sha256: "c".repeat(64),
      byteLength: 1000,
      mediaType: "video/mp4",
      faceMatch: { similarity: 0.8, threshold: 0.6, sampledFrames: 12, framesWithFace: 11 },
      words: "not-checked",
    },
  ],
  createdAt: "2026-01-01T00:00:00.000Z",
  expiresAt: "2027-01-01T00:00:00.000Z",
  salt: "0".repeat(32),
};
const recordOf = (parts: Partial<ConsentFields> = {}) => {
  const all = { ...fields, ...parts };
  return { ...all, recordSha256: recordSha256(all) };
};
const record = recordOf();
const now = new Date("2026-06-01T00:00:00Z");
const refusal = (code: string) => expect.objectContaining({ code });

describe("parseConsent", () => {
  it("makes a consent of a whole record", () => {
    expect(parseConsent(structuredClone(record))).toEqual(record);
  });

  it.each([
    ["nothing", undefined],
    ["a text", "consent"],
    ["a version that is no number", { ...record, version: "1" }],
    ["an unknown field", { ...record, admin: true }],
    ["an unknown method", { ...record, method: "assumed" }],
    ["a path as id", { ...record, id: "../../etc/passwd" }],
    ["no photo", { ...record, photoSha256: [] }],
    ["an empty name", { ...record, operator: "  " }],
    ["an embedding in the evidence", { ...record, evidence: [{ ...fields.evidence[0], embedding: [0.1] }] }],
  ])("refuses %s", (_name, value) => {
    expect(() => parseConsent(value)).toThrow(refusal("consent-invalid"));
  });

  it("tells a record of another version from a broken one", () => {
    expect(() => parseConsent({ ...record, version: 2 })).toThrow(refusal("consent-version"));
  });

  it("notices every edit that leaves the record well-formed", () => {
    const edits: Partial<Record<keyof typeof record, unknown>> = {
      id: "consent_ffffffffffffffff",
      subject: { ...record.subject, name: "Test person " },
      method: "e-signature",
      operator: "Another operator",
      statement: { ...record.statement, text: "agreed to all" },
      scope: { ...record.scope, voice: true },
      ageConfirmed: false,
      photoSha256: [photo, "b".repeat(64)],
      evidence: [],
      createdAt: "2026-01-01T00:00:00.001Z",
      expiresAt: "2037-01-01T00:00:00.000Z",
      salt: "1".repeat(32),
      recordSha256: "0".repeat(64),
    };
    const editable = Object.keys(record).filter((name) => name !== "version");
    expect(Object.keys(edits).sort()).toEqual(editable.sort());
    for (const [name, value] of Object.entries(edits)) {
      expect(() => parseConsent({ ...record, [name]: value })).toThrow(refusal("consent-altered"));
    }
    const { expiresAt: _expiresAt, ...endless } = record;
    expect(() => parseConsent(endless)).toThrow(refusal("consent-altered"));
  });

  it.each<[string, Partial<ConsentFields>]>([
    ["a spoken passcode without a recording", { evidence: [] }],
    [
      "a spoken passcode whose face nobody compared",
      { evidence: fields.evidence.map(({ faceMatch: _faceMatch, ...evidence }) => evidence) },
    ],
    ["a signature without a document", { method: "e-signature" }],
  ])("refuses %s: anybody could write that word into a file", (_name, parts) => {
    expect(() => parseConsent(recordOf(parts))).toThrow(refusal("consent-invalid"));
  });

  it("does not mind another order of the fields", () => {
    expect(parseConsent(Object.fromEntries(Object.entries(record).reverse()))).toEqual(record);
  });
});

describe("assertConsentCovers", () => {
  const consent = parseConsent(record);
  const need = { photoSha256: [photo], uses: ["face"] as const, now };

  it("accepts the photo it was given for", () => {
    expect(() => assertConsentCovers(consent, need)).not.toThrow();
  });

  it("refuses another photo, and one photo too many", () => {
    for (const photoSha256 of [["b".repeat(64)], [photo, "b".repeat(64)]]) {
      expect(() => assertConsentCovers(consent, { ...need, photoSha256 })).toThrow(refusal("consent-mismatch"));
    }
  });

  it("ends at its last moment", () => {
    const at = (time: string) => () => assertConsentCovers(consent, { ...need, now: new Date(time) });
    expect(at("2026-12-31T23:59:59.999Z")).not.toThrow();
    expect(at("2027-01-01T00:00:00.000Z")).toThrow(refusal("consent-expired"));
  });

  it("refuses a use that is not in its scope", () => {
    expect(() => assertConsentCovers(consent, { ...need, uses: ["face", "voice"] })).toThrow(
      refusal("consent-mismatch"),
    );
    const voiceOnly = parseConsent(recordOf({ scope: { ...fields.scope, face: false, voice: true } }));
    expect(() => assertConsentCovers(voiceOnly, need)).toThrow(refusal("consent-mismatch"));
  });

  it("refuses a record without the confirmation of age", () => {
    const unconfirmed = parseConsent(recordOf({ ageConfirmed: false }));
    expect(() => assertConsentCovers(unconfirmed, need)).toThrow(refusal("age-unconfirmed"));
  });
});

describe("consentCommitment", () => {
  it("is one for a record, and another for the same words with another salt", () => {
    const commitment = consentCommitment(parseConsent(record));
    expect(commitment).toMatch(/^[0-9a-f]{64}$/);
    expect(consentCommitment(parseConsent(structuredClone(record)))).toBe(commitment);
    expect(consentCommitment(parseConsent(recordOf({ salt: "1".repeat(32) })))).not.toBe(commitment);
  });
});

describe("canonicalJson", () => {
  it("sorts keys, keeps lists, leaves out what is undefined", () => {
    const value = { b: [2, { d: null, c: "ü\n" }], a: undefined, B: 1.5, "": true };
    expect(canonicalJson(value)).toBe(`{"":true,"B":1.5,"b":[2,{"c":"ü\\n","d":null}]}`);
  });
});
