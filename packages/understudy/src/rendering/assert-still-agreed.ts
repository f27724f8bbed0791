import { UnderstudyError, type Consent, type RenderRequest } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";

/**
 * Looks whether a render may still go on and deliver: the consent of everybody in it is on record and was not taken back, none
 * of them was erased, and its own record is there. Whatever cannot be found does not count as agreed; only the consent of an invented
 * person need not be on record.
 * @throws UnderstudyError `consent-revoked`; `data-folder-unreadable` when it cannot be told.
 */
export async function assertStillAgreed(
  { renderId, cast }: Pick<RenderRequest, "renderId" | "cast">,
  data: DataFolder,
): Promise<void> {
  for (const { consent } of cast) if (!(await isAgreed(consent, data))) throw takenBack(consent);
  // An erasure removes the record, maybe before anything else of it can be seen here.
  if ((await data.renders.get(renderId)) === undefined) throw takenBack(cast[0].consent);
}

function takenBack({ id }: Consent): UnderstudyError {
  return new UnderstudyError("consent-revoked", `Consent ${id} was taken back; nothing was delivered.`);
}

async function isAgreed({ id, method, subject }: Consent, data: DataFolder): Promise<boolean> {
  const entry = await data.consents.get(id);
  const isOnRecord = entry !== undefined || method === "fictional";
  return isOnRecord && entry?.revocation === undefined && !(await data.erasures.was(subject.id));
}
