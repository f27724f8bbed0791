import { describe, expect, it } from "vitest";
import { assertConsentCovers, parseConsent } from "./consent.js";

const photo = "a".repeat(64);
const record = {
  version: 1,
  id: "consent_0123456789abcdef",
  method: "attested",
  statedBy: "Test operator",
  statement: "agreed",
  photoSha256: [photo],
  createdAt: "2026-01-01T00:00:00.000Z",
  expiresAt: "2027-01-01T00:00:00.000Z",
};
const now = new Date("2026-06-01T00:00:00Z");

describe("parseConsent", () => {
  it("makes a consent of a whole record", () => {
    expect(parseConsent(record).id).toBe(record.id);
  });

  it.each([
    ["nothing", undefined],
    ["an unknown field", { ...record, admin: true }],
    ["an unknown method", { ...record, method: "assumed" }],
    ["a path as id", { ...record, id: "../../etc/passwd" }],
    ["no photo", { ...record, photoSha256: [] }],
    ["an empty name", { ...record, statedBy: "  " }],
  ])("refuses %s", (_name, value) => {
    expect(() => parseConsent(value)).toThrow(expect.objectContaining({ code: "consent-invalid" }));
  });
});

describe("assertConsentCovers", () => {
  const consent = parseConsent(record);

  it("accepts the photo it was given for", () => {
    expect(() => assertConsentCovers(consent, [photo], now)).not.toThrow();
  });

  it("refuses another photo, one photo too many, and a record that ran out", () => {
    const refusal = expect.objectContaining({ code: "consent-invalid" });
    expect(() => assertConsentCovers(consent, ["b".repeat(64)], now)).toThrow(refusal);
    expect(() => assertConsentCovers(consent, [photo, "b".repeat(64)], now)).toThrow(refusal);
    expect(() => assertConsentCovers(consent, [photo], new Date("2027-01-01T00:00:00Z"))).toThrow(refusal);
  });
});
