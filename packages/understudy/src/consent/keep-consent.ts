import type { Consent } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";

/** Where permission is kept, where it is noted that it was given, and who was erased. */
export type ConsentData = Pick<DataFolder, "consents" | "audit" | "erasedFolder">;

/** Stores a new record and notes in the audit log that it was made. */
export async function keepConsent(consent: Consent, { consents, audit }: ConsentData, now: Date): Promise<void> {
  const { id, method, recordSha256 } = consent;
  await consents.add(consent);
  await audit.append({ kind: "consent-recorded", consentId: id, method, recordSha256 }, now);
}
