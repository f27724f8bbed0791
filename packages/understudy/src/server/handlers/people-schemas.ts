import { z } from "@hono/zod-openapi";
import { consentMethods } from "@understudy/render";
import { renderSchema } from "./render-schemas.js";

/** A record as its owner has it; the whole of it can be taken elsewhere. */
export const consentRecordSchema = z
  .looseObject({
    version: z.literal(1),
    id: z.string(),
    subject: z.object({ id: z.string(), name: z.string() }),
    method: z.enum(consentMethods),
  })
  .openapi("ConsentRecord", {
    description: "The record word for word, with its hash; docs/consent.md names the fields.",
  });

const states = ["live", "expired", "revoked", "not counted"] as const;

/** One consent in a list. */
export const consentRowSchema = z
  .object({
    id: z.string(),
    subject: z.object({ id: z.string(), name: z.string() }),
    method: z.enum(consentMethods),
    state: z.enum(states).openapi({
      description: "`not counted`: it is somebody's word where the policy or the person lets none count.",
    }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional(),
    photoSha256: z.array(z.string()),
  })
  .openapi("Consent");

/** What was made under a consent, or of a person. */
export const rendersSchema = z.array(renderSchema).openapi({ description: "Newest first." });

/** Ids of renders that waited or ran. */
export const stoppedSchema = z
  .array(z.string())
  .openapi({ description: "Renders that waited or ran, and were stopped." });

/** An id that is as good as any in a description. */
export const exampleConsentId = "consent_00000000000000ab";
/** An id that is as good as any in a description. */
export const exampleSubjectId = "subject_00000000000000ab";

/** A consent as a list has it. */
export const exampleConsent = {
  id: exampleConsentId,
  subject: { id: exampleSubjectId, name: "Jo Example" },
  method: "attested",
  state: "live",
  createdAt: "2026-01-01T00:00:00.000Z",
  photoSha256: ["b".repeat(64)],
} as const;

/** A whole record, whose hash fits it: it can be imported as it stands. */
export const exampleRecord = {
  version: 1,
  id: "consent_00000000000000cd",
  subject: { id: "subject_00000000000000cd", name: "Jo Example" },
  method: "attested",
  operator: "Sam Operator",
  statement: { text: "Jo agreed to videos with their face.", version: "1", language: "en" },
  scope: { face: true, voice: false, use: "personalised product videos", channels: [] },
  ageConfirmed: true,
  photoSha256: ["c".repeat(64)],
  evidence: [],
  createdAt: "2026-01-01T00:00:00.000Z",
  salt: "0".repeat(32),
  recordSha256: "d18028418a37b8c74341210aedaaca7be91dd4dd24e08fe5076d2900cb112129",
} as const;
