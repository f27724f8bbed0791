import type { Consent } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";

/** Where permission is kept, and where it is noted that it was given. */
export type ConsentData = Pick<DataFolder, "consents" | "audit">;

/** Stores a new record and notes in the audit log that it was made. */
export async function keepConsent(consent: Consent, { consents, audit }: ConsentData, now: Date): Promise<void> {
  const { id, method, recordSha256 } = consent;
  await consents.add(consent);
  await audit.append({ kind: "consent-recorded", consentId: id, method, recordSha256 }, now);
}
