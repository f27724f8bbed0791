import { UnderstudyError, type Consent } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";

/** Where permission is kept with its evidence, where it is noted that it was given, and who was erased. */
export type ConsentData = Pick<DataFolder, "consents" | "audit" | "evidenceFolder" | "evidenceShelf" | "erasures">;

/**
 * Notes in the audit log that a record was made, and stores it. In this order: a crash in between leaves a line too many,
 * never a record that the log does not know.
 * @throws UnderstudyError `consent-revoked` when the person was erased meanwhile; then nothing stays of the record.
 */
export async function keepConsent(
  consent: Consent,
  { consents, audit, erasures }: Pick<ConsentData, "consents" | "audit" | "erasures">,
  now: Date,
): Promise<void> {
  const { id, method, recordSha256 } = consent;
  await audit.append({ kind: "consent-recorded", consentId: id, method, recordSha256 }, now);
  await consents.add(consent);
  // An erasure that began before this looked for records before, or looks for them after.
  if (!(await erasures.was(consent.subject.id))) return;
  await consents.erase(id);
  throw new UnderstudyError("consent-revoked", `Consent ${id} is of a person who was erased here.`);
}
