import { consentCommitment, newConsent, type NewConsent } from "@understudy/render";
import { expect, test } from "vitest";
import { receiptPage } from "./receipt-page.js";
import { receiptOf } from "./receipt.js";

const now = new Date("2026-03-01T00:00:00Z");
const subject = { id: "subject_0123456789abcdef", name: "Jo Lee" };
const consentWith = (parts: Partial<NewConsent> = {}) =>
  newConsent({
    subject: { name: "Jo Lee" },
    method: "e-signature",
    operator: "Sam Roe",
    statement: { text: "I agree to this.", version: "7", language: "en" },
    ageConfirmed: true,
    photoSha256: ["a".repeat(64)],
    evidence: [{ kind: "document", sha256: "d".repeat(64), byteLength: 1, mediaType: "application/pdf" }],
    now: new Date("2026-01-01T00:00:00Z"),
    ...parts,
  });
const pageOf = (parts: Partial<NewConsent> = {}, contact = "privacy@example.com") =>
  receiptPage(receiptOf({ consent: consentWith(parts) }, { contact, now, others: [] }));

test("a receipt holds the whole record, so that the person can show which commitment is theirs", () => {
  const consent = consentWith();
  const receipt = receiptOf({ consent }, { contact: " me@example.com ", now, others: [] });
  expect(receipt.consent).toEqual(consent);
  expect(receipt.commitment).toBe(consentCommitment(receipt.consent));
  expect(receipt.contact).toBe("me@example.com");
});

test("the page says what was agreed to, who answers, for what, until when and how to take it back", () => {
  const page = pageOf({
    scope: { use: "greetings", channels: ["mail"], voice: true },
    expiresAt: "2027-01-31T00:00:00Z",
  });
  for (const part of [
    "I agree to this.",
    "Sam Roe",
    "greetings",
    "mail",
    "imitation of your voice",
    "31 January 2027",
    "privacy@example.com",
    "understudy consent revoke consent_",
    "understudy erase --subject subject_",
    "a".repeat(64),
  ]) {
    expect(page).toContain(part);
  }
});

test("without a contact the person turns to who answers for the record", () => {
  expect(pageOf({}, "")).toContain("<strong>Sam Roe</strong>");
});

test("a receipt of a consent that was taken back says so, and what else is on record for the photo", () => {
  const [consent, other] = [consentWith({ subject }), consentWith({ subject })];
  const revocation = { consentId: consent.id, revokedAt: "2026-02-14T00:00:00Z", revokedBy: "Sam" };
  const entries = [{ consent, revocation }, { consent: other }];
  const page = (others: typeof entries) =>
    receiptPage(receiptOf({ consent, revocation }, { contact: "", now, others }));
  expect(page([])).toContain("Taken back on 14 February 2026");
  expect(page([])).toContain("No video is started or finished under this consent any more.");
  expect(page([])).not.toContain("not taken back");
  expect(page(entries)).toMatch(new RegExp(`not taken back: ${other.id}\\.`));
  expect(pageOf()).not.toContain("Taken back");
});

test("the words of a standing attestation have no version but the configuration", () => {
  const statement = { text: "All agreed.", version: "configuration", language: "und" };
  expect(pageOf({ method: "standing-attestation", statement })).not.toContain("version configuration");
});

test("nothing that was typed becomes markup, and nothing is loaded from outside", () => {
  const evil = `"><img src=x onerror=alert(1)>`;
  const page = pageOf(
    {
      subject: { name: evil },
      operator: evil,
      statement: { text: evil, version: evil, language: "en" },
      scope: { use: evil, channels: [evil] },
    },
    evil,
  );
  expect(page).not.toContain("<img");
  expect(page).not.toMatch(/<script|<link|https?:/);
  expect(page).toContain("default-src &#39;none&#39;");
});
