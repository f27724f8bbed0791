import { randomBytes } from "node:crypto";
import {
  parseConsent,
  recordSha256,
  type Consent,
  type ConsentEvidence,
  type ConsentFields,
  type ConsentScope,
  type ConsentStatement,
} from "#model/consent.js";

/** What a new record says; ids, salt and hash are made here. */
export interface NewConsent {
  /** Without an id it is a person of whom nothing is known yet. */
  readonly subject: { readonly id?: string; readonly name: string };
  readonly method: Consent["method"];
  /** Who makes the record and answers for it. */
  readonly operator: string;
  readonly statement: ConsentStatement;
  /** Default: the face, for `defaultUse`, anywhere. */
  readonly scope?: Partial<ConsentScope>;
  /** That the person is 18 or older. */
  readonly ageConfirmed: boolean;
  readonly photoSha256: readonly string[];
  readonly evidence?: readonly ConsentEvidence[];
  readonly now: Date;
  /** RFC 3339, UTC. Default: until it is taken back. */
  readonly expiresAt?: string;
}

/** What videos are for when nobody says more. */
export const defaultUse = "personalised product videos";

/**
 * Makes a whole record; a subject without an id gets a random one.
 * @throws UnderstudyError `consent-invalid` for a value that no record may hold, such as an empty name.
 */
export function newConsent(options: NewConsent): Consent {
  const { subject, method, operator, statement, ageConfirmed, now, expiresAt } = options;
  const fields: ConsentFields = {
    version: 1,
    id: randomId("consent"),
    subject: { id: subject.id ?? randomId("subject"), name: subject.name.trim() },
    method,
    operator: operator.trim(),
    statement,
    scope: { face: true, voice: false, use: defaultUse, channels: [], ...options.scope },
    ageConfirmed,
    photoSha256: [...new Set(options.photoSha256)],
    evidence: [...(options.evidence ?? [])],
    createdAt: now.toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    salt: randomBytes(16).toString("hex"),
  };
  return parseConsent({ ...fields, recordSha256: recordSha256(fields) });
}

function randomId(kind: "consent" | "subject"): string {
  return `${kind}_${randomBytes(8).toString("hex")}`;
}
