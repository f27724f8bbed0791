import { createHash } from "node:crypto";
import { z } from "zod";
import { UnderstudyError } from "./errors.js";

/** How the permission was given. */
export const consentMethods = [
  /** The operator affirms that the person agreed. */
  "attested",
  /** The person signed; the signed document is evidence. */
  "e-signature",
  /** The person recorded themselves saying a fresh passcode; the recording is evidence. */
  "recorded-passcode",
  /** A standing attestation in the configuration covers whoever is sent in. */
  "standing-attestation",
  /** The person does not exist. */
  "fictional",
] as const;

/** A name, kept exactly as it was given: a record that trimmed it would hide that somebody edited it. */
const nameText = z.string().max(200).regex(/\S/, "a name that is not blank");

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, "a lower-case SHA-256 in hex");

const evidenceSchema = z.strictObject({
  kind: z.enum(["recording", "document"]),
  sha256: sha256Hex,
  byteLength: z.int().min(1),
  mediaType: z.string().min(1).max(100),
  /** Of a recording: how near its face is to the photo's. Scores, never embeddings. */
  faceMatch: z
    .strictObject({
      /** Cosine of recording and photo, median over the frames with a face. */
      similarity: z.number().min(-1).max(1),
      /** What the similarity had to reach. */
      threshold: z.number().min(-1).max(1),
      sampledFrames: z.int().min(1),
      framesWithFace: z.int().min(0),
    })
    .optional(),
  /** Of a recording: whether the passcode's words were heard in it; `not-checked` without a transcriber. */
  words: z.enum(["heard", "not-checked"]).optional(),
});

const consentSchema = z.strictObject({
  version: z.literal(1),
  /** `consent_` and 16 hex digits, random. */
  id: z.string().regex(/^consent_[0-9a-f]{16}$/),
  /** Whose face (and voice) it is. The name, or an alias, stays in this record. */
  subject: z.strictObject({
    id: z.string().regex(/^subject_[0-9a-f]{16}$/),
    name: nameText,
  }),
  method: z.enum(consentMethods),
  /** Who made the record and answers for it: the operator who attests, or the author of a fictional actor. */
  operator: nameText,
  /** What was agreed to, as it was shown. */
  statement: z.strictObject({
    text: z.string().min(1).max(4000),
    version: z.string().min(1).max(40),
    /** BCP 47 tag. */
    language: z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/),
  }),
  scope: z.strictObject({
    face: z.boolean(),
    voice: z.boolean(),
    /** What the videos are for, in words. */
    use: z.string().min(1).max(500),
    /** Where they may be shown; empty means anywhere. */
    channels: z.array(z.string().min(1).max(100)).max(50),
  }),
  /** That the person is 18 or older. */
  ageConfirmed: z.boolean(),
  /** SHA-256 of each photo that the record covers. */
  photoSha256: z.array(sha256Hex).min(1).max(50),
  evidence: z.array(evidenceSchema).max(20),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
  /** 16 random bytes in hex; with them a commitment to this record tells nothing of the person. */
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  /** SHA-256 over all other fields, as `recordSha256()` makes it; an edited record no longer fits it. */
  recordSha256: sha256Hex,
});

type ConsentRecord = Readonly<z.infer<typeof consentSchema>>;

/** Everything of a record but its own hash. */
export type ConsentFields = Omit<ConsentRecord, "recordSha256">;

/** What was agreed to, word for word. */
export type ConsentStatement = Readonly<ConsentRecord["statement"]>;

/** What may be made, and where it may be shown. */
export type ConsentScope = Readonly<ConsentRecord["scope"]>;

/** A piece of evidence that a record names; the file itself lies in the data folder. */
export type ConsentEvidence = ConsentRecord["evidence"][number];

declare const agreed: unique symbol;

/** The recorded permission for this face and this use. Only `parseConsent()` makes one. */
export type Consent = ConsentRecord & { readonly [agreed]: true };

/**
 * Reads a consent record from parsed JSON. Whether it holds for a photo now is `assertConsentCovers()`.
 * @throws UnderstudyError `consent-version` for a version this release does not know, `consent-invalid` with the path of
 * the first wrong field or for a method without its evidence, `consent-altered` when the record does not fit its own hash.
 */
export function parseConsent(value: unknown): Consent {
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version !== 1) {
    throw new UnderstudyError("consent-version", `The consent record has version ${version}; this release reads 1.`);
  }
  const result = consentSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const where = issue?.path.join(".") || "record";
    throw new UnderstudyError("consent-invalid", `The consent record is not valid at ${where}: ${issue?.message}.`);
  }
  const { recordSha256: stated, ...fields } = result.data;
  if (recordSha256(fields) !== stated) {
    throw new UnderstudyError("consent-altered", `Consent ${fields.id} was changed after it was made.`);
  }
  assertHasEvidence(result.data);
  return result.data as Consent;
}

/** What a person did themselves left something behind. */
function assertHasEvidence({ id, method, evidence }: ConsentRecord): void {
  const hasDocument = evidence.some(({ kind }) => kind === "document");
  const hasRecording = evidence.some(({ kind, faceMatch }) => kind === "recording" && faceMatch !== undefined);
  if (method === "e-signature" && !hasDocument) {
    throw new UnderstudyError("consent-invalid", `Consent ${id} is an e-signature without a signed document.`);
  }
  if (method === "recorded-passcode" && !hasRecording) {
    const message = `Consent ${id} is a recorded-passcode without a recording whose face was compared.`;
    throw new UnderstudyError("consent-invalid", message);
  }
}

/** SHA-256, lower-case hex, over the fields as JSON with sorted keys and no white space (RFC 8785 for our value types). */
export function recordSha256(fields: ConsentFields): string {
  return createHash("sha256").update(canonicalJson(fields)).digest("hex");
}

/**
 * What a public manifest may say of a record: SHA-256 over salt and record hash, lower-case hex. Who holds the record can
 * show that it is the one; nobody else learns anything.
 */
export function consentCommitment({ salt, recordSha256 }: Consent): string {
  return createHash("sha256").update(`${salt}:${recordSha256}`).digest("hex");
}

/** What a render asks of a consent. */
export interface ConsentNeed {
  readonly photoSha256: readonly string[];
  /** What of the person is used. */
  readonly uses: readonly ("face" | "voice")[];
  readonly now: Date;
}

/**
 * Says whether the record covers this use now. A revocation is not in the record; the store knows it.
 * @throws UnderstudyError `consent-expired`, `consent-mismatch` (other photos, or outside the scope), `age-unconfirmed`.
 */
export function assertConsentCovers(consent: Consent, need: ConsentNeed): void {
  const { id, expiresAt, scope } = consent;
  if (hasExpired(consent, need.now)) {
    throw new UnderstudyError("consent-expired", `Consent ${id} ran out on ${expiresAt}.`);
  }
  if (need.photoSha256.some((sha256) => !consent.photoSha256.includes(sha256))) {
    throw new UnderstudyError("consent-mismatch", `Consent ${id} was given for another photo.`);
  }
  for (const use of need.uses) {
    if (scope[use]) continue;
    const hint =
      use === "voice" ? { hint: "Make a record that covers the voice: `understudy consent new --voice`." } : {};
    throw new UnderstudyError("consent-mismatch", `Consent ${id} does not cover the use of the ${use}.`, hint);
  }
  if (!consent.ageConfirmed) {
    throw new UnderstudyError("age-unconfirmed", `Consent ${id} does not confirm that the person is 18 or older.`);
  }
}

/** Whether the person did something for it themselves; all other records are somebody else's word. */
export function isOwnConsent({ method }: Pick<Consent, "method">): boolean {
  return method === "e-signature" || method === "recorded-passcode";
}

/** Whether a record has run out. */
export function hasExpired({ expiresAt }: Pick<Consent, "expiresAt">, now: Date): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime();
}

/** JSON with sorted keys and no white space, so that equal values have equal bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
