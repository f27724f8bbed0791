import { z } from "@hono/zod-openapi";
import { idOf, sha256Schema, storableText } from "./field-schemas.js";
import { consentRowSchema, exampleConsent, exampleConsentId, rendersSchema, stoppedSchema } from "./people-schemas.js";

/** What `POST /v1/consents` takes. */
export const newConsentSchema = z
  .strictObject({
    subject: z
      .union([z.strictObject({ name: storableText(200) }), z.strictObject({ id: idOf("subject") })], {
        error: () => 'expected {"name": ...} or {"id": ...}',
      })
      .openapi({ description: "Whose face it is: a name or an alias, or somebody who is on record." }),
    photos: z
      .array(
        z.union([z.strictObject({ uploadId: idOf("upload") }), z.strictObject({ sha256: sha256Schema })], {
          error: () => 'expected {"uploadId": ...} or {"sha256": ...}',
        }),
      )
      .min(1)
      .max(50)
      .openapi({ description: "The very photos that renders will name; the consent holds for no others." }),
    method: z.enum(["attested", "e-signature"]).default("attested").openapi({
      description: "`attested`: the operator's word. `e-signature`: the person signed; then `document` is needed.",
    }),
    document: z
      .strictObject({ uploadId: idOf("upload") })
      .optional()
      .openapi({
        description:
          "The signed document as a picture. One in another format: make the record with the command, and import it.",
      }),
    operator: storableText(200).openapi({ description: "Who answers for it." }),
    statement: z
      .strictObject({
        text: storableText(4000),
        language: z
          .string()
          .max(35)
          .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/, "a language tag"),
      })
      .optional()
      .openapi({ description: "What was agreed to, word for word; default: our text for the method." }),
    voice: z.boolean().default(false).openapi({ description: "That the voice may be imitated too." }),
    use: storableText(500).openapi({ description: "What the videos are for." }),
    channels: z.array(storableText(100)).max(50).default([]).openapi({
      description: "Where they may be shown; none: anywhere.",
    }),
    ageConfirmed: z.literal(true).openapi({ description: "That the person is 18 or older." }),
    expiresAt: z.iso.datetime().optional().openapi({ description: "Default: until it is taken back." }),
  })
  .openapi("NewConsent");

/** A consent that any caller may record. */
export const exampleNew = {
  subject: { name: "Jo Example" },
  photos: [{ sha256: "b".repeat(64) }],
  operator: "Sam Operator",
  use: "personalised product videos",
  ageConfirmed: true,
} as const;

/** A record that was made, or was there. */
export const madeSchema = z
  .object({
    consent: consentRowSchema,
    personUrl: z.string().openapi({
      description:
        "A page without login for the person in the photo. Whoever has the address can take the consent back.",
    }),
  })
  .openapi("MadeConsent", {
    example: { consent: exampleConsent, personUrl: `https://understudy.example/me/${"a".repeat(32)}` },
  });

/** What taking a consent back came to. */
export const revokedSchema = z
  .object({
    id: z.string(),
    revokedAt: z.iso.datetime(),
    isNew: z.boolean().openapi({ description: "False when it had been taken back before." }),
    stoppedRenders: stoppedSchema,
    renders: rendersSchema,
    otherLiveConsents: z.array(z.string()).openapi({
      description: "Other records of the same person for one of these photos that were not taken back.",
    }),
  })
  .openapi("RevokedConsent", {
    example: {
      id: exampleConsentId,
      revokedAt: "2026-01-02T00:00:00.000Z",
      isNew: true,
      stoppedRenders: [],
      renders: [],
      otherLiveConsents: [],
    },
  });
