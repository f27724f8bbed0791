import { writeFileSync } from "node:fs";
import { newConsent, personStatement, attestationStatement } from "@understudy/render";
import { test } from "vitest";
import { receiptPage } from "./receipt-page.js";
import { receiptOf } from "./receipt.js";
test("look", () => {
  const now = new Date("2026-03-01T00:00:00Z");
  const facts = {
    name: "Marta Example",
    operator: "Sample Agency, Riga",
    scope: {
      voice: true,
      use: "birthday greetings for customers of the shop",
      channels: ["e-mail", "the shop's website"],
    },
    expiresAt: "2027-03-01T00:00:00Z",
  };
  const c = newConsent({
    subject: { name: "Marta Example" },
    method: "recorded-passcode",
    operator: facts.operator,
    statement: personStatement(facts),
    scope: facts.scope,
    ageConfirmed: true,
    photoSha256: ["0f3a".repeat(16), "9c1b".repeat(16)],
    evidence: [{ kind: "recording", sha256: "77ab".repeat(16), byteLength: 5, mediaType: "video/mp4" }],
    now,
    expiresAt: facts.expiresAt,
  });
  writeFileSync(
    "/tmp/consent/look/a.html",
    receiptPage(receiptOf({ consent: c }, { contact: "privacy@example.com", now })),
  );
  const d = newConsent({
    subject: { name: "person in photo 0f3a0f3a" },
    method: "attested",
    operator: "Sam Roe",
    statement: attestationStatement,
    ageConfirmed: true,
    photoSha256: ["0f3a".repeat(16)],
    now,
  });
  writeFileSync(
    "/tmp/consent/look/b.html",
    receiptPage(
      receiptOf(
        { consent: d, revocation: { consentId: d.id, revokedAt: "2026-04-02T00:00:00Z", revokedBy: "x" } },
        { contact: "", now },
      ),
    ),
  );
});
