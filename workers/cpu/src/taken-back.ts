import { UnderstudyError } from "@understudy/render";
import type { Workshop } from "./workshop.js";

/** Whoever asked holds the record; this machine may know that it ended. @throws UnderstudyError `consent-revoked`. */
export async function assertNotTakenBack(consentId: string, { data }: Pick<Workshop, "data">): Promise<void> {
  const isTakenBack = (await data.consents.revocations()).some((each) => each.consentId === consentId);
  if (isTakenBack) throw new UnderstudyError("consent-revoked", `Consent ${consentId} was taken back.`);
}
