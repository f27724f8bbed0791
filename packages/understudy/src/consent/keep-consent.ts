import type { Consent } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";

/** Where permission is kept with its evidence, where it is noted that it was given, and who was erased. */
export type ConsentData = Pick<DataFolder, "consents" | "audit" | "evidenceFolder" | "erasures">;

/**
 * Notes in the audit log that a record was made, and stores it. In this order: a crash in between leaves a line too many,
 * never a record that the log does not know.
 */
export async function keepConsent(consent: Consent, { consents, audit }: ConsentData, now: Date): Promise<void> {
  const { id, method, recordSha256 } = consent;
  await audit.append({ kind: "consent-recorded", consentId: id, method, recordSha256 }, now);
  await consents.add(consent);
}
