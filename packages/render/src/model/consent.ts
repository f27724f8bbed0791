import { z } from "zod";
import { UnderstudyError } from "./errors.js";

/** How the permission was given. */
export const consentMethods = ["attested", "e-signature", "recorded-passcode", "fictional"] as const;

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, "a lower-case SHA-256 in hex");

const consentSchema = z.strictObject({
  version: z.literal(1),
  /** `consent_` and 16 hex digits. */
  id: z.string().regex(/^consent_[0-9a-f]{16}$/),
  method: z.enum(consentMethods),
  /** Who says so: the operator who attests, or the author of a fictional actor. */
  statedBy: z.string().trim().min(1).max(200),
  /** What was agreed to, as it was shown. */
  statement: z.string().min(1).max(4000),
  /** SHA-256 of each photo that the record covers. */
  photoSha256: z.array(sha256Hex).min(1).max(50),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
});

declare const agreed: unique symbol;

/** The recorded permission for this face and this use. Only `parseConsent()` makes one. */
export type Consent = Readonly<z.infer<typeof consentSchema>> & { readonly [agreed]: true };

/**
 * Reads a consent record from parsed JSON.
 * @throws UnderstudyError `consent-invalid` with the path of the first wrong field.
 */
export function parseConsent(value: unknown): Consent {
  const result = consentSchema.safeParse(value);
  if (result.success) return result.data as Consent;
  const issue = result.error.issues[0];
  const where = issue?.path.join(".") || "record";
  throw new UnderstudyError("consent-invalid", `The consent record is not valid at ${where}: ${issue?.message}.`);
}

/**
 * Says whether the record covers these photos now.
 * @throws UnderstudyError `consent-invalid` when it names other photos or has run out.
 */
export function assertConsentCovers(consent: Consent, photoSha256: readonly string[], now: Date): void {
  if (consent.expiresAt !== undefined && Date.parse(consent.expiresAt) <= now.getTime()) {
    throw new UnderstudyError("consent-invalid", `Consent ${consent.id} ran out on ${consent.expiresAt}.`);
  }
  if (photoSha256.some((sha256) => !consent.photoSha256.includes(sha256))) {
    throw new UnderstudyError("consent-invalid", `Consent ${consent.id} was given for another photo.`);
  }
}
